// Who uses which telephone or address, as columns: the server's numbers of both nodes, and what the use can prove of a home:
// phone, address (one that goes down to a room), or nothing (an office, a building), which only counts how many share it.
// returns: chunk: int, party: list[int], identifier: list[int], proves: list[str]
MATCH (p)-[r:HAS_IDENTIFIER]->(i:Identifier)
WHERE i.kind IN ['phone', 'address'] AND @current(i)
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, id(i) AS identifier, i.kind AS kind, i.value AS value,
  r {.seq_in, .seq_out, .valid_from, .valid_to, .status, .use} AS r
WHERE @visible(r) AND @system(p)
RETURN chunk, collect(party) AS party, collect(identifier) AS identifier,
  collect(CASE WHEN coalesce(r.use, '') IN ['office', 'work'] THEN '' WHEN kind = 'phone' THEN 'phone'
    WHEN value =~ '.*(\\d-\\d+[a-z]?|[^\\d路街道巷弄里a-z-]\\d+[a-z]?|(apt|flat|room|unit|suite|rm)\\d+[a-z]?)' THEN 'address'
    WHEN value =~ '(apt|flat|room|unit|suite|rm)\\d+[a-z]?\\D.*' THEN 'address' ELSE '' END) AS proves
