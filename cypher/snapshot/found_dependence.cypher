// Links of economic dependence that earlier runs found and that are open, as columns. decided: a person has decided on it, so
// that it is input, and only a run that finds other amounts opens it again.
// returns: chunk: int, link: list[str], seq_in: list[int], part: list[int], whole: list[int], currency: list[str], decided: list[bool]
MATCH (a)-[r:DEPENDS_ON]->(b)
WHERE @known(r) AND r.source = 'run' AND @system(a) AND @system(b)
WITH toInteger(id(r) / 10000) AS chunk, r
RETURN chunk, collect(r.id) AS link, collect(r.seq_in) AS seq_in, collect(coalesce(r.part_amount, -1)) AS part,
  collect(coalesce(r.whole_amount, -1)) AS whole, collect(coalesce(r.currency, '')) AS currency,
  collect(r.decided IS NOT NULL) AS decided
