// As create_nodes for nodes without further labels (all but parties): much less for the server to plan.
// mode: write
// each: node
// returns: done: int, back: list[str]
UNWIND $rows AS row
MERGE (n:@Label {@key: row.key})
ON CREATE SET n.seq_in = $seq, n.seq_out = $open_seq, n += row.properties
ON MATCH SET n.absent = CASE WHEN n.seq_out < $open_seq THEN coalesce(n.absent, []) + [n.seq_out, $seq] ELSE n.absent END,
  n.seq_out = $open_seq
RETURN count(*) AS done, collect(CASE WHEN n.seq_in <> $seq THEN row.key END) AS back
