// The links that explanations stand on, between pairs of parties: holdings, declared control, dependence, kin.
// A list holds: from, to, type, the link's properties.
// params: pairs: list[list[str]]
// returns: found: list[list]
UNWIND $pairs AS pair
MATCH (a:Party {party_id: pair[0]})-[r:OWNS|CONTROLS|DEPENDS_ON|KIN_OF]->(b:Party {party_id: pair[1]})
WHERE @visible(r) AND @scope(a) AND @scope(b)
WITH a, b, r ORDER BY r.id
RETURN collect([a.party_id, b.party_id, type(r), properties(r)]) AS found
