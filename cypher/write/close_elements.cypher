// Close links; row.element names them.
// mode: write
// each: link
// returns: done: int
UNWIND $rows AS row
MATCH ()-[r:@Type]->()
WHERE elementId(r) = row.element AND r.seq_out = $open_seq
SET r.seq_out = $seq
RETURN count(*) AS done
