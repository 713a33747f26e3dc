// Of some parties the branches of the day, and with whom each counts on it: [manager, role, from, to] of all who look after it.
// params: ids: list[str]
// returns: found: list[list]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
WITH id,
  COLLECT { MATCH (p)-[b:BELONGS_TO]->(k:Branch) WHERE @visible(b) AND @current(k) RETURN DISTINCT k.branch_id } AS branches,
  COLLECT { MATCH (p)-[m:MANAGED_BY]->(n:RelationshipManager) WHERE @visible(m) AND @current(n)
    RETURN [n.manager_id, coalesce(m.role, ''), m.valid_from, m.valid_to] } AS managers
RETURN collect([id, branches, managers]) AS found
