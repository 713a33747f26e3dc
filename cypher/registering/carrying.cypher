// The parties that carry a credit code, certificate or LEI by any of their source records now; '' asks for none.
// mode: write
// params: uscc: str, certificate: str, lei: str
// returns: party_id: str, name: str, by: str, record_id: str
CALL {
  MATCH (s:SourceRecord {uscc: $uscc})
  RETURN s, 'uscc' AS by
  UNION
  MATCH (s:SourceRecord {certificate: $certificate})
  RETURN s, 'certificate' AS by
  UNION
  MATCH (s:SourceRecord {lei: $lei})
  RETURN s, 'lei' AS by
}
MATCH (s)-[r:IDENTIFIES]->(p:Party)
WHERE s.seq_out = $open_seq AND r.seq_out = $open_seq
RETURN p.party_id AS party_id, coalesce(p.name, p.name_en, p.party_id) AS name, by, s.record_id AS record_id
ORDER BY record_id, by
