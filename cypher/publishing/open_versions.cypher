// Of these link ids, the version that is open now.
// mode: write
// each: link
// returns: element: str, id: str, seq_in: int, status: str
UNWIND $rows AS row
MATCH ()-[r:@Type]->()
WHERE r.id = row.id AND r.seq_in >= 0 AND r.seq_out = $open_seq
RETURN elementId(r) AS element, r.id AS id, r.seq_in AS seq_in, r.status AS status
