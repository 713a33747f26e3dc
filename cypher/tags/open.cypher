// The tags of one text that a party is marked with now, locked until the transaction ends: the link, and its source.
// mode: write
// params: party_id: str, text: str
// returns: id: str, source: str
MATCH (p:Party {party_id: $party_id})-[r:TAGGED]->(t:Tag {text: $text})
WHERE r.seq_out = $open_seq
SET r.id = r.id
RETURN r.id AS id, r.source AS source
ORDER BY id
