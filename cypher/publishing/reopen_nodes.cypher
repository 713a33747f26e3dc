// Open again the nodes that a number closed which was never published.
// mode: write
// each: node
// params: number: int
// returns: done: int
UNWIND $rows AS row
MATCH (n:@Label)
WHERE elementId(n) = row.element AND n.seq_out = $number
SET n.seq_out = $open_seq
RETURN count(*) AS done
