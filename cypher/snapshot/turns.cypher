// Whether links of a type begin or end to hold after one day and up to another.
// params: after: int, until: int
// returns: turns: bool
// each: link
MATCH (a)-[r:@Type]->(b)
WITH a, b, r {.seq_in, .seq_out, .valid_from, .valid_to} AS r
WHERE @known(r) AND @system(a) AND @system(b)
  AND ((r.valid_from > $after AND r.valid_from <= $until) OR (r.valid_to > $after AND r.valid_to <= $until))
RETURN true AS turns LIMIT 1
