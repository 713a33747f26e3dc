// One campaign, by its id or the bank's code.
// params: campaign: str
// returns: campaign: map
MATCH (c:Campaign)
WHERE (c.campaign_id = $campaign OR c.code = $campaign) AND @current(c)
RETURN properties(c) AS campaign
ORDER BY c.campaign_id
