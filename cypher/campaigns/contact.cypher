// In which ways a campaign has to do with one party: TARGETED_BY, HELD_BACK_FROM.
// params: party_id: str, campaign_id: str
// returns: kinds: list[str]
MATCH (p:Party {party_id: $party_id})-[r:TARGETED_BY|HELD_BACK_FROM]->(c:Campaign {campaign_id: $campaign_id})
WHERE @visible(r) AND @scope(p) AND @current(c)
RETURN collect(DISTINCT type(r)) AS kinds
