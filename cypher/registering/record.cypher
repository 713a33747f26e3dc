// The party that a registered record describes, if there is such a record.
// mode: write
// params: record_id: str
// returns: party_id: str, name: str
MATCH (s:SourceRecord {record_id: $record_id})-[r:IDENTIFIES]->(p:Party)
WHERE r.seq_out = $open_seq
RETURN p.party_id AS party_id, coalesce(p.name, p.name_en, p.party_id) AS name
