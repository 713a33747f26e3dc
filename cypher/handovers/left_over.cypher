// Whom a manager looks after on a day, as known in the view: what a handover from that day has left over.
// params: manager_id: str, day: int, most: int
// returns: total: int, parties: list[map]
MATCH (p:Party)-[r:MANAGED_BY]->(m:RelationshipManager {manager_id: $manager_id})
WHERE @known(r) AND @scope(p) AND r.status <> 'rebutted' AND r.valid_from <= $day AND r.valid_to > $day
WITH DISTINCT p ORDER BY p.party_id
WITH collect(p {.party_id, .name, .name_en, .kind}) AS parties
RETURN size(parties) AS total, parties[..$most] AS parties
