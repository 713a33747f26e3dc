// One decision as kept.
// mode: write
// params: decision_id: str
// returns: decision: map
MATCH (d:Decision {decision_id: $decision_id})
RETURN properties(d) AS decision
