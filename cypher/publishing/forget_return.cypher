// Close again the nodes that a number made known again which was never published.
// mode: write
// each: node
// params: number: int
// returns: done: int
UNWIND $rows AS row
MATCH (n:@Label)
WHERE elementId(n) = row.element AND n.absent[-1] = $number
WITH n, n.absent[-2] AS closed_at, n.absent[..-2] AS earlier
SET n.seq_out = closed_at, n.absent = CASE WHEN size(earlier) = 0 THEN null ELSE earlier END
RETURN count(*) AS done
