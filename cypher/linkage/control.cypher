// Immediate control as the current run found it, of what the view shows, as columns; `natural`: the controller is a natural person.
// returns: chunk: int, link: list[str], controlled: list[str], controller: list[str], natural: list[bool], status: list[str]
MATCH (a)-[r:CONTROLLED_BY]->(b)
WITH toInteger(id(r) / 10000) AS chunk, a, b, r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status} AS r
WHERE @visible(r) AND @scope(a) AND @scope(b)
RETURN chunk, collect(r.id) AS link, collect(a.party_id) AS controlled, collect(b.party_id) AS controller,
  collect(b:Person) AS natural, collect(r.status) AS status
