// The open links at nodes.
// mode: write
// each: node
// returns: key: str, id: str, seq_in: int
UNWIND $rows AS row
MATCH (n:@Label {@key: row.key})-[r]-(x)
WHERE r.seq_out = $open_seq
RETURN row.key AS key, r.id AS id, r.seq_in AS seq_in
