// The source records that describe parties now, with all their values.
// mode: write
// returns: party_id: str, properties: map
UNWIND $rows AS row
MATCH (p:Party {party_id: row.key})<-[r:IDENTIFIES]-(s:SourceRecord)
WHERE r.seq_out = $open_seq
RETURN p.party_id AS party_id, properties(s) AS properties
