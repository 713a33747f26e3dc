// Close links; row.element names one version, whichever is open is closed.
// What is open is locked, then looked up again: a person may have changed it while we waited.
// mode: write
// each: link
// returns: done: int
UNWIND $rows AS row
MATCH ()-[held:@Type]->()
WHERE elementId(held) = row.element
SET held.id = held.id
WITH held.id AS id
MATCH ()-[r:@Type]->()
WHERE r.id = id AND r.seq_in >= 0 AND r.seq_in < $seq AND r.seq_out = $open_seq
SET r.seq_out = $seq
RETURN count(*) AS done
