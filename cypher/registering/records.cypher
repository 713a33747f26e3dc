// The records that describe a party now, and the party as it is, locked until the transaction ends.
// mode: write
// params: party_id: str
// returns: record: map, party: map, labels: list[str]
MATCH (s:SourceRecord)-[r:IDENTIFIES]->(p:Party {party_id: $party_id})
WHERE r.seq_out = $open_seq AND s.seq_out = $open_seq AND p.seq_out = $open_seq
SET p.party_id = $party_id
RETURN properties(s) AS record, properties(p) AS party, labels(p) AS labels
ORDER BY record.priority, record.record_id
