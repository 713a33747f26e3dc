// Remove links of a number that was never published.
// mode: write
// each: link
// params: number: int
// returns: done: int
UNWIND $rows AS row
MATCH ()-[r:@Type]->()
WHERE elementId(r) = row.element AND r.seq_in = $number
DELETE r
RETURN count(*) AS done
