// The decisions proposed up to the view, the latest first.
// params: most: int
// returns: decision: map
MATCH (d:Decision)
WHERE d.proposed_seq <= $seq
RETURN properties(d) AS decision
ORDER BY d.proposed_seq DESC LIMIT $most
