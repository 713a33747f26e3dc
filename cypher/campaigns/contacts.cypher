// Whom a campaign approached or held back, and who answered it.
// params: campaign_id: str
// returns: found: list[map]
MATCH (p:Party)-[r:TARGETED_BY|HELD_BACK_FROM|RESPONDED_TO]->(c:Campaign {campaign_id: $campaign_id})
WHERE @visible(r) AND @scope(p) AND @current(c)
RETURN collect({party_id: p.party_id, type: type(r), day: r.valid_from, audience_id: r.audience_id, response: r.response,
  value: r.value, currency: r.currency}) AS found
