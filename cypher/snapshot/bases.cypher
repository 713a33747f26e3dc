// All declared control of the view, as columns.
// returns: chunk: int, controller: list[int], controlled: list[int], basis: list[str]
MATCH (a)-[r:CONTROLS]->(b)
WHERE @visible(r) AND @system(a) AND @system(b)
WITH toInteger(id(r) / 10000) AS chunk, id(a) AS controller, id(b) AS controlled, coalesce(r.basis, 'declared') AS basis
RETURN chunk, collect(controller) AS controller, collect(controlled) AS controlled, collect(basis) AS basis
