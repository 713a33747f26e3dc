// All that was done about openings up to the view, for figures: of whom, what, what spoke for it, and each step in turn.
// returns: opening: map
MATCH (o:Opening)
WHERE o.outcome_seqs[0] <= $seq
RETURN o {.opening_id, .party_id, .product_id, .source, .outcomes, .outcome_at, .outcome_values, .outcome_currencies,
  .outcome_seqs} AS opening
ORDER BY o.opening_id
