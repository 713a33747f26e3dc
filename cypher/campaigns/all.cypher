// The campaigns, the latest first.
// params: most: int
// returns: campaign: map
MATCH (c:Campaign)
WHERE @current(c)
RETURN properties(c) AS campaign
ORDER BY coalesce(c.starts_on, 0) DESC, c.campaign_id LIMIT $most
