// Close the open version of links; row.id and row.seq_in name it.
// mode: write
// each: link
// returns: done: int
UNWIND $rows AS row
MATCH ()-[r:@Type]->()
WHERE r.id = row.id AND r.seq_in = row.seq_in AND r.seq_out = $open_seq
SET r.seq_out = $seq
RETURN count(*) AS done
