// Whom campaigns approached or held back since a day, how they answered, and all of that of one campaign, as columns.
// params: since: int, campaign_id: str
// returns: chunk: int, party: list[int], campaign: list[str], product: list[str], kind: list[str], day: list[int], response: list[str]
MATCH (p)-[r:TARGETED_BY|HELD_BACK_FROM|RESPONDED_TO]->(c:Campaign)
WHERE (r.valid_from >= $since OR c.campaign_id = $campaign_id) AND @visible(r) AND @system(p) AND @current(c)
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, c.campaign_id AS campaign, coalesce(c.product_id, '') AS product,
  type(r) AS kind, r {.valid_from, .response} AS r
RETURN chunk, collect(party) AS party, collect(campaign) AS campaign, collect(product) AS product, collect(kind) AS kind,
  collect(r.valid_from) AS day, collect(coalesce(r.response, '')) AS response
