// Open links, as plan/open_links gives them, looked up by id, whichever source they are of; row.key is the id.
// mode: write
// each: link
// returns: id: str, seq_in: int, digest: int, row_key: str, source: str, from_key: str
UNWIND $rows AS row
MATCH ()-[r:@Type]->()
WHERE r.id = row.key AND r.seq_in >= 0 AND r.seq_out = $open_seq
RETURN r.id AS id, r.seq_in AS seq_in, coalesce(r.digest, 0) AS digest, r.row_key AS row_key, r.source AS source,
  coalesce(r.from_key, '') AS from_key
