// Remove kept values of a number that was never published, once they are back in place.
// mode: write
// params: number: int
// returns: done: int
UNWIND $rows AS row
MATCH (v:Version)
WHERE elementId(v) = row.element AND v.seq_out = $number
DELETE v
RETURN count(*) AS done
