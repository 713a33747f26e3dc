// Open again the links that a number closed which was never published.
// mode: write
// each: link
// params: number: int
// returns: done: int
UNWIND $rows AS row
MATCH ()-[r:@Type]->()
WHERE elementId(r) = row.element AND r.seq_out = $number
SET r.seq_out = $open_seq
RETURN count(*) AS done
