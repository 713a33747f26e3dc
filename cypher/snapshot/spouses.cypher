// All confirmed couples of the view, as columns.
// returns: chunk: int, one: list[int], other: list[int]
MATCH (a)-[r:KIN_OF]->(b)
WHERE r.relation = 'spouse' AND r.status = 'confirmed' AND @visible(r) AND @system(a) AND @system(b)
WITH toInteger(id(r) / 10000) AS chunk, id(a) AS one, id(b) AS other
RETURN chunk, collect(one) AS one, collect(other) AS other
