// All nodes of a label that loads make, as columns, one share of them a call.
// mode: write
// each: node
// params: share: int, shares: int
// returns: chunk: int, key: list[str], seq_out: list[int], digest: list[int], source: list[str]
MATCH (n:@Label)
WHERE id(n) % $shares = $share
WITH n, id(n) / (20000 * $shares) AS chunk
RETURN chunk, collect(n.@key) AS key, collect(n.seq_out) AS seq_out, collect(coalesce(n.digest, 0)) AS digest,
  collect(coalesce(n.source, '')) AS source
