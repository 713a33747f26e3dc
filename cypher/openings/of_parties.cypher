// The openings of some parties on which something was done up to the view.
// params: ids: list[str]
// returns: found: list[map]
UNWIND $ids AS id
MATCH (o:Opening {party_id: id})
WHERE o.outcome_seqs[0] <= $seq
RETURN collect(properties(o)) AS found
