// Links that a number opened.
// mode: write
// each: link
// params: number: int
// returns: element: str, id: str, seq_in: int, seq_out: int
MATCH ()-[r:@Type]->()
WHERE r.seq_in = $number
RETURN elementId(r) AS element, r.id AS id, r.seq_in AS seq_in, r.seq_out AS seq_out
