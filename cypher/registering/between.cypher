// The open links of a type from one party to another, whichever source tells them.
// mode: write
// each: link
// params: from_id: str, to_id: str
// returns: properties: map
MATCH (a:Party {party_id: $from_id})-[r:@Type]->(b:Party {party_id: $to_id})
WHERE r.seq_in >= 0 AND r.seq_out = $open_seq
RETURN properties(r) AS properties
ORDER BY r.id
