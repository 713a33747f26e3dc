// Every opening on which something was done up to the view: of whom, what, and what was done in turn.
// returns: party_id: str, product_id: str, outcomes: list[str], at: list[int], seqs: list[int]
MATCH (o:Opening)
WHERE o.outcome_seqs[0] <= $seq
RETURN o.party_id AS party_id, o.product_id AS product_id, o.outcomes AS outcomes, o.outcome_at AS at,
  o.outcome_seqs AS seqs
ORDER BY o.opening_id
