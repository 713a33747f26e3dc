// Note what became of a decision: that it was approved, withdrawn, or that another took its place.
// mode: write
// params: decision_id: str, properties: map
// returns: id: str
MATCH (d:Decision {decision_id: $decision_id})
SET d += $properties
RETURN d.decision_id AS id
