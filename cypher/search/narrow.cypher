// Of these parties, those of a kind, branch and manager.
// params: ids: list[str], kind: str, branches: list[str], manager: str
// returns: party_id: str, labels: list[str]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p) AND ($kind = '' OR p.kind = $kind)
  AND (size($branches) = 0 OR EXISTS {
    MATCH (p)-[b:BELONGS_TO]->(x:Branch) WHERE @visible(b) AND x.branch_id IN $branches })
  AND ($manager = '' OR EXISTS {
    MATCH (p)-[m:MANAGED_BY]->(y:RelationshipManager) WHERE @visible(m) AND y.manager_id = $manager })
RETURN p.party_id AS party_id, labels(p) AS labels
