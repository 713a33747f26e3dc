// Keep a decision that waits for a second person.
// mode: write
// params: decision_id: str, properties: map
// returns: id: str
CREATE (d:Decision {decision_id: $decision_id})
SET d += $properties
RETURN d.decision_id AS id
