// What parties are marked with, as columns.
// returns: chunk: int, party: list[int], value: list[str]
MATCH (p)-[r:TAGGED]->(t:Tag)
WHERE @visible(r) AND @system(p) AND @current(t)
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, t.text AS value
RETURN chunk, collect(party) AS party, collect(value) AS value
