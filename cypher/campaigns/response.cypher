// One answer to a campaign as it is written down, with what the party and the campaign are called.
// params: id: str
// returns: party: map, campaign: map, response: map
MATCH (p:Party)-[r:RESPONDED_TO {id: $id}]->(c:Campaign)
WHERE @visible(r) AND @scope(p) AND @current(c)
RETURN p {.party_id, .name, .name_en, .kind} AS party, c {.campaign_id, .name} AS campaign,
  r {.response, .at, .value, .currency} AS response
