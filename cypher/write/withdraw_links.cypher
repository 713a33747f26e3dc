// Close links, whichever version is open; row.id names the link.
// What is open is locked, then looked up again: a person may have changed it while we waited.
// mode: write
// each: link
// returns: done: int
UNWIND $rows AS row
MATCH ()-[held:@Type]->()
WHERE held.id = row.id AND held.seq_in >= 0 AND held.seq_out = $open_seq
SET held.id = row.id
WITH row
MATCH ()-[r:@Type]->()
WHERE r.id = row.id AND r.seq_in >= 0 AND r.seq_out = $open_seq
SET r.seq_out = $seq
RETURN count(*) AS done
