// One decision, if it was proposed up to the view.
// params: decision_id: str
// returns: decision: map
MATCH (d:Decision {decision_id: $decision_id})
WHERE d.proposed_seq <= $seq
RETURN properties(d) AS decision
