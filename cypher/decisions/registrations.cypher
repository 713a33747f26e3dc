// What persons have registered, corrected or closed and nobody has approved or declined up to the view, the latest first.
// params: most: int
// returns: decision: map
MATCH (d:Decision)
WHERE d.decision IN ['register', 'correct', 'close'] AND d.proposed_seq <= $seq
  AND none(approved IN coalesce(d.approved_seq, []) WHERE approved <= $seq) AND coalesce(d.withdrawn_seq, $seq + 1) > $seq
RETURN properties(d) AS decision
ORDER BY d.proposed_seq DESC LIMIT $most
