// One opening on which something was done up to the view.
// params: opening_id: str
// returns: opening: map
MATCH (o:Opening {opening_id: $opening_id})
WHERE o.outcome_seqs[0] <= $seq
RETURN properties(o) AS opening
