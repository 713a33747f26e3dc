// The links that explanations stand on, between pairs of parties: holdings, declared control, dependence, kin.
// A list holds: from, to, type, the link's properties.
// `rebutted`: ids of links that were rebutted after the run, which its explanations still rest on.
// params: pairs: list[list[str]], rebutted: list[str]
// returns: found: list[list]
UNWIND $pairs AS pair
MATCH (a:Party {party_id: pair[0]})-[r:OWNS|CONTROLS|DEPENDS_ON|KIN_OF]->(b:Party {party_id: pair[1]})
WHERE @known(r) AND r.valid_from <= $as_of AND r.valid_to > $as_of AND (r.status <> 'rebutted' OR r.id IN $rebutted)
  AND @scope(a) AND @scope(b)
WITH a, b, r ORDER BY r.id
RETURN collect([a.party_id, b.party_id, type(r), properties(r)]) AS found
