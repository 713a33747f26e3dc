// The state of an event as it is now, and who set it.
// mode: write
// params: event_id: str
// returns: state: str, by: str, at: int, reason: str
MATCH (e:Event {event_id: $event_id})
RETURN e.state AS state, e.state_by AS by, e.state_at AS at, e.state_reason AS reason
