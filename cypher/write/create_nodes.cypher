// Make nodes, or make closed ones known again; row.key, row.properties, and row.labels for parties.
// back: the keys of those that were there. They keep their attributes and labels until set_attributes changes them.
// mode: write
// each: node
// returns: done: int, back: list[str]
UNWIND $rows AS row
MERGE (n:@Label {@key: row.key})
ON CREATE SET n.seq_in = $seq, n.seq_out = $open_seq, n += row.properties
ON MATCH SET n.absent = CASE WHEN n.seq_out < $open_seq THEN coalesce(n.absent, []) + [n.seq_out, $seq] ELSE n.absent END,
  n.seq_out = $open_seq
WITH n, row.key AS key, n.seq_in <> $seq AS was_there, row.labels AS labels
SET n:$(CASE WHEN was_there THEN [] ELSE coalesce(labels, []) END)
RETURN count(*) AS done, collect(CASE WHEN was_there THEN key END) AS back
