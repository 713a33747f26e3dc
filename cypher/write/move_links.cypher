// Close links and open them again between other nodes; row.element names the link, row.from and row.to the nodes.
// A status that a person decided stays one.
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
OPTIONAL MATCH (w:LoadRun {seq: old.seq_in, kind: 'write'})
WITH a, b, old, properties(old) AS values, coalesce(old.decided, w.load_id) AS decided
SET old.seq_out = $seq
CREATE (a)-[r:@Type]->(b)
SET r = values {.*, seq_in: $seq, seq_out: $open_seq, decided: decided}
RETURN count(*) AS done
