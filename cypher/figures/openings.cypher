// Openings on which something was done up to the view, of parties that are seen: what was done in turn, and where the
// party stands: its branches, segment, and all who ever look after it, [manager, role, from, to].
// returns: found: list[map]
MATCH (o:Opening)
WHERE o.outcome_seqs[0] <= $seq
MATCH (p:Party {party_id: o.party_id})
WHERE @scope(p)
WITH o, p,
  COLLECT { MATCH (p)-[b:BELONGS_TO]->(k:Branch) WHERE @visible(b) AND @current(k)
    RETURN DISTINCT k.branch_id AS key ORDER BY key } AS branches,
  COLLECT { MATCH (p)-[m:MANAGED_BY]->(n:RelationshipManager)
    WHERE @known(m) AND m.status <> 'rebutted' AND @current(n)
    RETURN [n.manager_id, coalesce(m.role, ''), m.valid_from, m.valid_to] } AS managers
RETURN collect({product_id: o.product_id, outcomes: o.outcomes, at: o.outcome_at, seqs: o.outcome_seqs,
  branches: branches, segment: coalesce(p.segment, p.kind, ''), managers: managers}) AS found
