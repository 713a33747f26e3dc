// What holds some parties of a control group together: control between them as the current run found it, and the
// holdings and declared control it stands on.
// params: members: list[str]
// returns: control: list[str], grounds: list[str]
UNWIND $members AS id
MATCH (p:Party {party_id: id})-[c:CONTROLLED_BY]->(q:Party)
WHERE q.party_id IN $members AND @visible(c) AND @scope(p) AND @scope(q)
WITH c, p, q ORDER BY c.id
OPTIONAL MATCH (q:Party)-[r:OWNS|CONTROLS]->(p:Party)
WHERE @visible(r)
RETURN collect(DISTINCT c.id) AS control, collect(DISTINCT r.id) AS grounds
