// What holds some parties of a group together: control between them as the current run found it, the holdings and declared
// control it stands on, and economic dependence.
// params: members: list[str]
// returns: control: list[str], grounds: list[str], dependence: list[str]
UNWIND $members AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
OPTIONAL MATCH (p)-[c:CONTROLLED_BY]->(q:Party)
WHERE q.party_id IN $members AND @visible(c) AND @scope(q)
WITH p, c, q ORDER BY c.id
OPTIONAL MATCH (q)-[r:OWNS|CONTROLS]->(p)
WHERE @visible(r)
WITH p, collect(DISTINCT c.id) AS controls, collect(DISTINCT r.id) AS held
OPTIONAL MATCH (p)-[d:DEPENDS_ON]->(s:Party)
WHERE s.party_id IN $members AND @visible(d) AND @scope(s)
WITH controls, held, d ORDER BY d.id
WITH controls, held, collect(DISTINCT d.id) AS needed
WITH collect(controls) AS controls, collect(held) AS held, collect(needed) AS needed
RETURN reduce(all_of = [], one IN controls | all_of + one) AS control,
  reduce(all_of = [], one IN held | all_of + one) AS grounds,
  reduce(all_of = [], one IN needed | all_of + one) AS dependence
