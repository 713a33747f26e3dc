// Parties by parts of their names, best first; `branches` and `manager` narrow where they are not empty. `given` counts
// what the index gave before anything was dropped: where that is `hits`, more may match.
// params: query: str, hits: int, kind: str, branches: list[str], manager: str
// returns: given: int, found: list[map]
CALL db.index.fulltext.queryNodes('party_search', $query, {limit: $hits}) YIELD node, score
WITH node AS p, score
WITH p, score, @scope(p) AND ($kind = '' OR p.kind = $kind)
  AND (size($branches) = 0 OR EXISTS {
    MATCH (p:Party)-[b:BELONGS_TO]->(x:Branch) WHERE @visible(b) AND x.branch_id IN $branches AND @scope(p) })
  AND ($manager = '' OR EXISTS {
    MATCH (p:Party)-[m:MANAGED_BY]->(y:RelationshipManager) WHERE @visible(m) AND y.manager_id = $manager AND @scope(p) })
  AS shown
RETURN count(*) AS given, collect(CASE WHEN shown THEN {party_id: p.party_id, name: p.name, name_en: p.name_en,
  former_names: p.former_names, pinyin: p.pinyin, kind: p.kind, labels: labels(p), score: score} END) AS found
