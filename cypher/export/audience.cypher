// Whom stored audiences approach, and whom they hold back, the best first as each was chosen.
// returns: campaign_id: str, audience_id: str, party_id: str, held_back: bool, channel: str, at: int, place: int, score: int
MATCH (p:Party)-[r:TARGETED_BY|HELD_BACK_FROM]->(c:Campaign)
WHERE r.audience_id IS NOT NULL AND @visible(r) AND @scope(p) AND @current(c)
RETURN c.campaign_id AS campaign_id, r.audience_id AS audience_id, p.party_id AS party_id,
  type(r) = 'HELD_BACK_FROM' AS held_back, r.channel AS channel, r.at AS at, r.place AS place, r.score AS score
ORDER BY campaign_id, audience_id, place, party_id
