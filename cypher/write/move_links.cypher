// Close links and open them again between other nodes; row.element names the link, row.from and row.to the nodes.
// All versions of a link have one id: what is open of it is locked, then looked up again, for a person may have decided on it
// while we waited. What he decided goes along.
// mode: write
// each: link
// returns: done: int
UNWIND $rows AS row
MATCH ()-[held:@Type]->()
WHERE elementId(held) = row.element
SET held.id = held.id
WITH row, held.id AS id
MATCH ()-[old:@Type]->()
WHERE old.id = id AND old.seq_in >= 0 AND old.seq_in <> $seq AND old.seq_out = $open_seq
MATCH (a)
WHERE elementId(a) = row.from
MATCH (b)
WHERE elementId(b) = row.to
WITH a, b, old, properties(old) AS values
SET old.seq_out = $seq
CREATE (a)-[r:@Type]->(b)
SET r = values {.*, seq_in: $seq, seq_out: $open_seq}
RETURN count(*) AS done
