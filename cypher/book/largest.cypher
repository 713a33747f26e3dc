// The managers with most customers, the largest book first.
// params: most: int
// returns: manager_id: str, customers: int
MATCH (m:RelationshipManager)<-[r:MANAGED_BY]-(p:Party)
WHERE @visible(r) AND @current(m) AND @scope(p)
RETURN m.manager_id AS manager_id, count(DISTINCT p) AS customers
ORDER BY customers DESC, manager_id LIMIT $most
