// Keep what somebody did about an opening, after all that was done before. `opening` tells what it was when something was
// first done.
// mode: write
// params: opening_id: str, opening: map, outcome: map
// returns: id: str
MERGE (o:Opening {opening_id: $opening_id})
ON CREATE SET o += $opening
SET o.outcomes = coalesce(o.outcomes, []) + $outcome.outcome, o.outcome_at = coalesce(o.outcome_at, []) + $outcome.at,
  o.outcome_by = coalesce(o.outcome_by, []) + $outcome.user, o.outcome_notes = coalesce(o.outcome_notes, []) + $outcome.note,
  o.outcome_values = coalesce(o.outcome_values, []) + $outcome.value,
  o.outcome_currencies = coalesce(o.outcome_currencies, []) + $outcome.currency,
  o.outcome_seqs = coalesce(o.outcome_seqs, []) + $outcome.seq
RETURN o.opening_id AS id
