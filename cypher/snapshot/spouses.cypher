// All confirmed couples of the view, as columns.
// returns: chunk: int, one: list[int], other: list[int]
MATCH (a)-[r:KIN_OF]->(b)
WITH toInteger(id(r) / 10000) AS chunk, id(a) AS one, id(b) AS other,
  r {.seq_in, .seq_out, .valid_from, .valid_to, .status, .relation} AS r
WHERE r.relation = 'spouse' AND r.status = 'confirmed' AND @visible(r) AND @system(a) AND @system(b)
RETURN chunk, collect(one) AS one, collect(other) AS other
