// One event with the visible parties who took part, and the managers.
// params: event_id: str
// returns: event: map, parties: list[map], managers: list[map]
MATCH (e:Event {event_id: $event_id})
WHERE @current(e)
WITH e,
  COLLECT { MATCH (p:Party)-[r:INVOLVED_IN]->(e:Event)
    WHERE @visible(r) AND @scope(p)
    RETURN {other: p {.party_id, .name, .name_en, .kind}, link: properties(r), type: type(r)} AS part ORDER BY r.id } AS parties,
  COLLECT { MATCH (m:RelationshipManager)-[h:INVOLVED_IN]->(e:Event)
    WHERE @visible(h) AND @current(m)
    RETURN m {.manager_id, .name, .code} AS manager ORDER BY m.manager_id } AS managers
RETURN properties(e) AS event, parties, managers
