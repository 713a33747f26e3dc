// One handover as kept, with both managers.
// params: handover_id: str
// returns: handover: map, giver: map, taker: map
MATCH (h:Handover {handover_id: $handover_id})
WHERE h.seq <= $seq
OPTIONAL MATCH (a:RelationshipManager {manager_id: h.from_id})
OPTIONAL MATCH (b:RelationshipManager {manager_id: h.to_id})
RETURN properties(h) AS handover, a {.manager_id, .name, .code} AS giver, b {.manager_id, .name, .code} AS taker
