// Close links, whichever version is open; row.id names the link.
// mode: write
// each: link
// returns: done: int
UNWIND $rows AS row
MATCH ()-[r:@Type]->()
WHERE r.id = row.id AND r.seq_in >= 0 AND r.seq_out = $open_seq
SET r.seq_out = $seq
RETURN count(*) AS done
