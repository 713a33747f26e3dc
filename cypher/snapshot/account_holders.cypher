// Which party holds each account of the view, as columns.
// returns: chunk: int, account: list[int], party: list[int], role: list[str]
MATCH (p)-[r:HAS_ACCOUNT]->(a:Account)
WITH toInteger(id(r) / 10000) AS chunk, id(a) AS account, id(p) AS party,
  r {.seq_in, .seq_out, .valid_from, .valid_to, .status, .role} AS r
WHERE @visible(r) AND @system(p)
RETURN chunk, collect(account) AS account, collect(party) AS party, collect(coalesce(r.role, '')) AS role
