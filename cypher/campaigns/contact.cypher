// In which ways a campaign has to do with one party, TARGETED_BY or HELD_BACK_FROM, and from which day on.
// params: party_id: str, campaign_id: str
// returns: found: list[list]
MATCH (p:Party {party_id: $party_id})-[r:TARGETED_BY|HELD_BACK_FROM]->(c:Campaign {campaign_id: $campaign_id})
WHERE @visible(r) AND @scope(p) AND @current(c)
RETURN collect([type(r), r.valid_from]) AS found
