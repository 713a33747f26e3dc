// The open links of some sources, as columns, one share of them a call (so that the server never holds all at once).
// mode: write
// each: link
// params: sources: list[str], share: int, shares: int
// returns: chunk: int, id: list[str], seq_in: list[int], digest: list[int], row_key: list[str], source: list[str], from_key: list[str]
MATCH ()-[r:@Type]->()
WHERE id(r) % $shares = $share AND r.seq_out = $open_seq AND r.source IN $sources
WITH r, id(r) / (20000 * $shares) AS chunk
RETURN chunk, collect(r.id) AS id, collect(r.seq_in) AS seq_in, collect(coalesce(r.digest, 0)) AS digest,
  collect(r.row_key) AS row_key, collect(r.source) AS source, collect(coalesce(r.from_key, '')) AS from_key
