// Write copies of closed links under the writing number, with the status they have now.
// mode: write
// each: link
// returns: done: int
UNWIND $rows AS row
MATCH (a)-[old:@Type]->(b)
WHERE elementId(old) = row.element
CREATE (a)-[r:@Type]->(b)
SET r = old {.*, seq_in: $seq, seq_out: $open_seq, status: coalesce(row.status, old.status)}
RETURN count(*) AS done
