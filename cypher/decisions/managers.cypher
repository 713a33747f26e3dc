// Who looks after some parties on a day, by the links open now.
// mode: write
// params: ids: list[str], day: int
// returns: party_id: str, party: str, manager_id: str, name: str, code: str
UNWIND $ids AS id
MATCH (asked:Party {party_id: id})
MATCH (p:Party {party_id: coalesce(asked.joined_into, id)})-[r:MANAGED_BY]->(m:RelationshipManager)
WHERE r.seq_out = $open_seq AND r.valid_from <= $day AND r.valid_to > $day AND r.status <> 'rebutted'
RETURN p.party_id AS party_id, coalesce(p.name, p.party_id) AS party, m.manager_id AS manager_id, m.name AS name, m.code AS code
ORDER BY party_id, manager_id
