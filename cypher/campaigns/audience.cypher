// One stored audience.
// params: audience_id: str
// returns: audience: map
MATCH (a:Audience {audience_id: $audience_id})
WHERE a.seq <= $seq
RETURN properties(a) AS audience
