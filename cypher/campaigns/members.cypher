// The visible members of an audience, by id.
// params: audience_id: str, campaign_id: str
// returns: found: list[map]
MATCH (p:Party)-[r:TARGETED_BY|HELD_BACK_FROM]->(c:Campaign {campaign_id: $campaign_id})
WHERE r.audience_id = $audience_id AND @visible(r) AND @scope(p) AND @current(c)
WITH p.party_id AS party_id, type(r) = 'HELD_BACK_FROM' AS held_back ORDER BY party_id
RETURN collect({party_id: party_id, held_back: held_back}) AS found
