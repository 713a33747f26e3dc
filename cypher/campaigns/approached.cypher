// How many parties a campaign has approached.
// params: campaign_id: str
// returns: parties: int
MATCH (p:Party)-[r:TARGETED_BY]->(c:Campaign {campaign_id: $campaign_id})
WHERE @visible(r) AND @system(p) AND @current(c)
RETURN count(DISTINCT p) AS parties
