// The open links of some sources that certain rows gave, as plan/open_links gives them. The type is scanned by the
// server, since row keys have no index; only what is found is sent.
// mode: write
// each: link
// params: sources: list[str], row_keys: list[str]
// returns: id: str, seq_in: int, digest: int, row_key: str, source: str, from_key: str
MATCH ()-[r:@Type]->()
WHERE r.row_key IN $row_keys AND r.seq_out = $open_seq AND r.source IN $sources
RETURN r.id AS id, r.seq_in AS seq_in, coalesce(r.digest, 0) AS digest, r.row_key AS row_key, r.source AS source,
  coalesce(r.from_key, '') AS from_key
