// The last handover of a manager's customers.
// mode: write
// params: manager_id: str
// returns: handover: map
MATCH (h:Handover)
WHERE h.from_id = $manager_id
RETURN h {.handover_id, .to_id, .user, .day} AS handover
ORDER BY h.seq DESC LIMIT 1
