// All confirmed declared control of the view, as columns.
// returns: chunk: int, controller: list[int], controlled: list[int], basis: list[str]
MATCH (a)-[r:CONTROLS]->(b)
WITH toInteger(id(r) / 10000) AS chunk, id(a) AS controller, id(b) AS controlled,
  r {.seq_in, .seq_out, .valid_from, .valid_to, .status, .basis} AS r
WHERE @visible(r) AND r.status = 'confirmed' AND @system(a) AND @system(b)
WITH chunk, controller, controlled, coalesce(r.basis, 'declared') AS basis
RETURN chunk, collect(controller) AS controller, collect(controlled) AS controlled, collect(basis) AS basis
