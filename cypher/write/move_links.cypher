// Close links and open them again between other nodes; row.element names the link, row.from and row.to the nodes.
// mode: write
// each: link
// returns: done: int
UNWIND $rows AS row
MATCH ()-[old:@Type]->()
WHERE elementId(old) = row.element AND old.seq_out = $open_seq AND old.seq_in < $seq
MATCH (a)
WHERE elementId(a) = row.from
MATCH (b)
WHERE elementId(b) = row.to
WITH a, b, old, properties(old) AS values
SET old.seq_out = $seq
CREATE (a)-[r:@Type]->(b)
SET r = values {.*, seq_in: $seq, seq_out: $open_seq}
RETURN count(*) AS done
