// The open links that name source records as their ends, other than those that identify parties.
// mode: write
// returns: key: str, id: str
UNWIND $rows AS row
MATCH (s:SourceRecord {record_id: row.key})-[i:IDENTIFIES]->(p:Party)
WHERE i.seq_out = $open_seq
MATCH (p)-[r]-(x)
WHERE r.seq_out = $open_seq AND type(r) <> 'IDENTIFIES' AND (r.from_key = row.key OR r.to_key = row.key)
RETURN row.key AS key, r.id AS id
