// The nodes at which links end that are open now, by the key the links give them; row.key is the link's id.
// mode: write
// each: link
// returns: key: str
UNWIND $rows AS row
MATCH ()-[r:@Type]->()
WHERE r.id = row.key AND r.seq_in >= 0 AND r.seq_out = $open_seq
RETURN DISTINCT r.to_key AS key
