// What was done last about an opening, whoever may see it: for a write.
// mode: write
// params: opening_id: str
// returns: outcome: str, seq: int
MATCH (o:Opening {opening_id: $opening_id})
RETURN last(o.outcomes) AS outcome, last(o.outcome_seqs) AS seq
