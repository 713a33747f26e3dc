// Make closed nodes known again under the writing number.
// mode: write
// each: node
// returns: done: int
UNWIND $rows AS row
MATCH (n:@Label {@key: row.key})
WHERE n.seq_out < $open_seq
SET n.absent = coalesce(n.absent, []) + [n.seq_out, $seq], n.seq_out = $open_seq
RETURN count(*) AS done
