// The visible customers of a manager.
// params: manager_id: str
// returns: found: list[map]
MATCH (p:Party)-[r:MANAGED_BY]->(m:RelationshipManager {manager_id: $manager_id})
WHERE @visible(r) AND @scope(p)
WITH DISTINCT p
RETURN collect(p {.party_id}) AS found
