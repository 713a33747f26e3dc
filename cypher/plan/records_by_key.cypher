// Source records as plan/records gives them, looked up by anything that identity is decided by; row.key is the key of
// a record, an identifier, the id of a party or the key of a record said to be the same.
// mode: write
// returns: record_id: str, source: str, table: str, seq_out: int, digest: int, kind: str, priority: int, uscc: str, certificate: str, lei: str, same_as: str, given_party: str, current_party: str, current_seq: int
UNWIND $rows AS row
CALL (row) {
  MATCH (s:SourceRecord {record_id: row.key}) RETURN s
  UNION
  MATCH (s:SourceRecord {uscc: row.key}) RETURN s
  UNION
  MATCH (s:SourceRecord {certificate: row.key}) RETURN s
  UNION
  MATCH (s:SourceRecord {lei: row.key}) RETURN s
  UNION
  MATCH (s:SourceRecord {same_as: row.key}) RETURN s
  UNION
  MATCH (s:SourceRecord {given_party: row.key}) RETURN s
  UNION
  MATCH (s:SourceRecord)-[i:IDENTIFIES]->(p:Party {party_id: row.key})
  WHERE i.seq_out = $open_seq
  RETURN s
}
WITH DISTINCT s
OPTIONAL MATCH (s)-[r:IDENTIFIES]->(p:Party)
WHERE r.seq_out = $open_seq
RETURN s.record_id AS record_id, s.source AS source, s.table AS table, s.seq_out AS seq_out,
  coalesce(s.digest, 0) AS digest, s.kind AS kind, coalesce(s.priority, 0) AS priority, s.uscc AS uscc,
  s.certificate AS certificate, s.lei AS lei, s.same_as AS same_as, s.given_party AS given_party,
  p.party_id AS current_party, p.seq_in AS current_seq
