// The audiences stored for a campaign up to the view, the latest first.
// params: campaign_id: str
// returns: audience: map
MATCH (a:Audience {campaign_id: $campaign_id})
WHERE a.seq <= $seq
RETURN properties(a) AS audience
ORDER BY a.seq DESC
