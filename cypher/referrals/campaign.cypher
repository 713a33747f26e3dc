// One campaign, by its id or the bank's code.
// params: campaign: str
// returns: campaign_id: str, name: str, product_id: str, starts_on: int, ends_on: int
MATCH (c:Campaign)
WHERE (c.campaign_id = $campaign OR c.code = $campaign) AND @current(c)
RETURN c.campaign_id AS campaign_id, c.name AS name, c.product_id AS product_id, c.starts_on AS starts_on,
  c.ends_on AS ends_on
