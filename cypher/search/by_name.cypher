// Parties by parts of their names, best first; `branches` and `managers` narrow where they are not empty.
// params: query: str, hits: int, kind: str, branches: list[str], manager: str, limit: int
// returns: party_id: str, name: str, name_en: str, former_names: list[str], pinyin: list[str], kind: str, labels: list[str], score: float
CALL db.index.fulltext.queryNodes('party_search', $query, {limit: $hits}) YIELD node, score
WITH node AS p, score
WHERE @scope(p) AND ($kind = '' OR p.kind = $kind)
  AND (size($branches) = 0 OR EXISTS {
    MATCH (p:Party)-[b:BELONGS_TO]->(x:Branch) WHERE @visible(b) AND x.branch_id IN $branches AND @scope(p) })
  AND ($manager = '' OR EXISTS {
    MATCH (p:Party)-[m:MANAGED_BY]->(y:RelationshipManager) WHERE @visible(m) AND y.manager_id = $manager AND @scope(p) })
RETURN p.party_id AS party_id, p.name AS name, p.name_en AS name_en, p.former_names AS former_names,
  p.pinyin AS pinyin, p.kind AS kind, labels(p) AS labels, score
LIMIT $limit
