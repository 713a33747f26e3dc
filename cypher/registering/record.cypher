// A registered record as it is, and the party that it describes, if there is such a record.
// mode: write
// params: record_id: str
// returns: record: map, party_id: str, name: str
MATCH (s:SourceRecord {record_id: $record_id})-[r:IDENTIFIES]->(p:Party)
WHERE r.seq_out = $open_seq
RETURN properties(s) AS record, p.party_id AS party_id, coalesce(p.name, p.name_en, p.party_id) AS name
