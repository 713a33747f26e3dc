// Keep who handed over whom to whom, when and why.
// mode: write
// params: handover_id: str, properties: map
// returns: id: str
CREATE (h:Handover {handover_id: $handover_id})
SET h += $properties
RETURN h.handover_id AS id
