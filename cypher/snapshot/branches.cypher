// Which branches keep parties, as columns.
// returns: chunk: int, party: list[int], value: list[str]
MATCH (p:Party)-[r:BELONGS_TO]->(b:Branch)
WHERE @visible(r) AND @system(p) AND @current(b)
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, b.branch_id AS value
RETURN chunk, collect(party) AS party, collect(value) AS value
