// Close nodes under the writing number.
// mode: write
// each: node
// returns: done: int
UNWIND $rows AS row
MATCH (n:@Label {@key: row.key})
WHERE n.seq_out = $open_seq
SET n.seq_out = $seq
RETURN count(*) AS done
