// Whom a campaign approached or held back, and who answered it, the last answer of each last: by when it was given, then by
// when it was told.
// params: campaign_id: str
// returns: found: list[map]
MATCH (p:Party)-[r:TARGETED_BY|HELD_BACK_FROM|RESPONDED_TO]->(c:Campaign {campaign_id: $campaign_id})
WHERE @visible(r) AND @scope(p) AND @current(c)
WITH p, r ORDER BY coalesce(r.at, r.valid_from * 86400000), r.seq_in, r.id
RETURN collect({party_id: p.party_id, type: type(r), day: r.valid_from, audience_id: r.audience_id, response: r.response,
  value: r.value, currency: r.currency}) AS found
