// Links of economic dependence that earlier runs found, that are open and that nobody has decided on, as columns.
// returns: chunk: int, link: list[str], seq_in: list[int], weight: list[int], part: list[int], whole: list[int]
MATCH (a)-[r:DEPENDS_ON]->(b)
WHERE @known(r) AND r.source = 'run' AND r.decided IS NULL AND @system(a) AND @system(b)
WITH toInteger(id(r) / 10000) AS chunk, r
RETURN chunk, collect(r.id) AS link, collect(r.seq_in) AS seq_in,
  collect(coalesce(toInteger(round(r.weight * 1000000000)), -1)) AS weight,
  collect(coalesce(r.part_amount, -1)) AS part, collect(coalesce(r.whole_amount, -1)) AS whole
