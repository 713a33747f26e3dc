// What open links say now; row.key is the link's id.
// mode: write
// each: link
// returns: id: str, properties: map
UNWIND $rows AS row
MATCH ()-[r:@Type]->()
WHERE r.id = row.key AND r.seq_in >= 0 AND r.seq_out = $open_seq
RETURN r.id AS id, properties(r) AS properties
