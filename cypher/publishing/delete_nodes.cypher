// Remove nodes of a number that was never published.
// mode: write
// each: node
// params: number: int
// returns: done: int
UNWIND $rows AS row
MATCH (n:@Label)
WHERE elementId(n) = row.element AND n.seq_in = $number
DETACH DELETE n
RETURN count(*) AS done
