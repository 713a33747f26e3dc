// Open new versions of links under the writing number; row.id and row.seq_in name the old one, row.changes what differs.
// mode: write
// each: link
// returns: done: int
UNWIND $rows AS row
MATCH (a)-[old:@Type]->(b)
WHERE old.id = row.id AND old.seq_in = row.seq_in
CREATE (a)-[r:@Type]->(b)
SET r = old {.*, seq_in: $seq, seq_out: $open_seq}, r += row.changes
RETURN count(*) AS done
