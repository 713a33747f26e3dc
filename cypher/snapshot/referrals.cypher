// All confirmed referrals of the view, as columns: when (UTC milliseconds; where nobody says, the day from which the link
// holds), what came of it and when; -1 where unknown, and for a value below 0.
// returns: chunk: int, link: list[str], referrer: list[int], referred: list[int], at: list[int], day: list[int], campaign: list[str], product: list[str], outcome: list[str], value: list[int], currency: list[str], bought: list[int]
MATCH (a)-[r:REFERRED]->(b)
WITH toInteger(id(r) / 10000) AS chunk, id(a) AS referrer, id(b) AS referred,
  r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status, .at, .campaign_id, .product_id, .outcome, .value, .currency,
    .bought_on} AS r
WHERE @visible(r) AND r.status = 'confirmed' AND @system(a) AND @system(b)
RETURN chunk, collect(r.id) AS link, collect(referrer) AS referrer, collect(referred) AS referred,
  collect(coalesce(r.at, -1)) AS at, collect(CASE WHEN r.valid_from > 0 THEN r.valid_from ELSE -1 END) AS day,
  collect(coalesce(r.campaign_id, '')) AS campaign, collect(coalesce(r.product_id, '')) AS product,
  collect(coalesce(r.outcome, '')) AS outcome,
  collect(CASE WHEN r.value >= 0 THEN r.value ELSE -1 END) AS value,
  collect(coalesce(r.currency, '')) AS currency, collect(coalesce(r.bought_on, -1)) AS bought
