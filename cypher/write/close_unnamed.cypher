// Close nodes under the writing number, but for those that an open link names: somebody may have linked to them since they
// were found to be gone. They are locked first: who makes a link to a node of that kind locks it as well (make_nodes).
// mode: write
// each: node
// returns: done: int
UNWIND $rows AS row
MATCH (n:@Label {@key: row.key})
SET n.seq_out = n.seq_out
WITH n
WHERE n.seq_out = $open_seq AND NOT EXISTS { MATCH (n)-[r]-(x) WHERE r.seq_out = $open_seq }
SET n.seq_out = $seq
RETURN count(*) AS done
