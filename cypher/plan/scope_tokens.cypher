// The branches that keep parties and the managers who look after them, by the links open now and valid on a day.
// mode: write
// params: day: int
// returns: party_id: str, scope: list[str], branches: list[str], managers: list[str]
UNWIND $rows AS row
MATCH (p:Party {party_id: row.key})
RETURN p.party_id AS party_id, coalesce(p.scope, []) AS scope,
  COLLECT { MATCH (p)-[r:BELONGS_TO]->(b:Branch)
    WHERE r.seq_out = $open_seq AND r.valid_to > $day AND r.status <> 'rebutted' RETURN DISTINCT b.branch_id } AS branches,
  COLLECT { MATCH (p)-[r:MANAGED_BY]->(m:RelationshipManager)
    WHERE r.seq_out = $open_seq AND r.valid_to > $day AND r.status <> 'rebutted' RETURN DISTINCT m.manager_id } AS managers
