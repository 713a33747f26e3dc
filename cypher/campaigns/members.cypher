// The visible members of an audience, the best first as it was chosen.
// params: audience_id: str, campaign_id: str
// returns: found: list[map]
MATCH (p:Party)-[r:TARGETED_BY|HELD_BACK_FROM]->(c:Campaign {campaign_id: $campaign_id})
WHERE r.audience_id = $audience_id AND @visible(r) AND @scope(p) AND @current(c)
WITH p.party_id AS party_id, type(r) = 'HELD_BACK_FROM' AS held_back, r.place AS place, r.score AS score
ORDER BY place, party_id
RETURN collect({party_id: party_id, held_back: held_back, place: place, score: score}) AS found
