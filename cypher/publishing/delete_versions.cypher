// Remove the kept values of a number that was never published, once they are back in place.
// mode: write
// params: number: int
// returns: done: int
MATCH (v:Version)
WHERE v.seq_out = $number
DELETE v
RETURN count(*) AS done
