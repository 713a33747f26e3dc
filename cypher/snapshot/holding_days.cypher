// When the parties of the view took each product that they hold or held, as columns: days; -1 where nobody says.
// returns: chunk: int, party: list[int], since: list[int]
MATCH (p)-[r:HOLDS]->(n:Product)
WHERE @known(r) AND r.status <> 'rebutted' AND @system(p) AND @current(n)
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, coalesce(r.since, CASE WHEN r.valid_from > 0 THEN r.valid_from END, -1) AS since
RETURN chunk, collect(party) AS party, collect(since) AS since
