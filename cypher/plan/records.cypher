// All source records with what identity is decided by and the party each identifies, as columns; '' stands for none.
// mode: write
// params: share: int, shares: int
// returns: chunk: int, record_id: list[str], source: list[str], table: list[str], seq_out: list[int], digest: list[int], kind: list[str], priority: list[int], uscc: list[str], certificate: list[str], lei: list[str], same_as: list[str], given_party: list[str], current_party: list[str], current_seq: list[int]
MATCH (s:SourceRecord)
WHERE id(s) % $shares = $share
OPTIONAL MATCH (s)-[r:IDENTIFIES]->(p:Party)
WHERE r.seq_out = $open_seq
WITH s, p, id(s) / (20000 * $shares) AS chunk
RETURN chunk, collect(s.record_id) AS record_id, collect(s.source) AS source, collect(s.table) AS table,
  collect(s.seq_out) AS seq_out, collect(coalesce(s.digest, 0)) AS digest, collect(coalesce(s.kind, '')) AS kind,
  collect(coalesce(s.priority, 0)) AS priority, collect(coalesce(s.uscc, '')) AS uscc,
  collect(coalesce(s.certificate, '')) AS certificate, collect(coalesce(s.lei, '')) AS lei,
  collect(coalesce(s.same_as, '')) AS same_as, collect(coalesce(s.given_party, '')) AS given_party,
  collect(coalesce(p.party_id, '')) AS current_party, collect(coalesce(p.seq_in, -1)) AS current_seq
