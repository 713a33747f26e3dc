// The flagged links of a type that the view shows, as columns. Reads all links of the type: status has no index.
// each: link
// returns: chunk: int, link: list[str], start: list[str], end: list[str]
MATCH (a)-[r:@Type]->(b)
WITH toInteger(id(r) / 10000) AS chunk, a, b, r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status} AS r
WHERE r.status = 'flagged' AND @visible(r) AND @scope(a) AND @scope(b)
RETURN chunk, collect(r.id) AS link, collect(a.party_id) AS start, collect(b.party_id) AS end
