// The last handovers from or to a manager, or of all (`manager_id` empty), the latest first, with both managers.
// params: manager_id: str, most: int
// returns: handover: map, giver: map, taker: map
MATCH (h:Handover)
WHERE h.seq <= $seq AND ($manager_id = '' OR $manager_id IN [h.from_id, h.to_id])
WITH h ORDER BY h.seq DESC LIMIT $most
OPTIONAL MATCH (a:RelationshipManager {manager_id: h.from_id})
OPTIONAL MATCH (b:RelationshipManager {manager_id: h.to_id})
RETURN properties(h) AS handover, a {.manager_id, .name, .code} AS giver, b {.manager_id, .name, .code} AS taker
ORDER BY handover.seq DESC
