// Nodes of a label that loads make, as plan/nodes gives them, looked up by key.
// mode: write
// each: node
// returns: key: str, seq_out: int, digest: int, source: str
UNWIND $rows AS row
MATCH (n:@Label {@key: row.key})
RETURN n.@key AS key, n.seq_out AS seq_out, coalesce(n.digest, 0) AS digest, coalesce(n.source, '') AS source
