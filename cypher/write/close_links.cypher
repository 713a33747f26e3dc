// Close the open version of links; row.id and row.seq_in name it.
// It is locked, then looked up again: one that a person has closed while we waited stays as he left it.
// mode: write
// each: link
// returns: done: int
UNWIND $rows AS row
MATCH ()-[held:@Type]->()
WHERE held.id = row.id AND held.seq_in = row.seq_in AND held.seq_out = $open_seq
SET held.id = row.id
WITH row
MATCH ()-[r:@Type]->()
WHERE r.id = row.id AND r.seq_in = row.seq_in AND r.seq_out = $open_seq
SET r.seq_out = $seq
RETURN count(*) AS done
