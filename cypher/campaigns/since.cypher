// The last audience that was stored after a number, of whichever campaign.
// mode: write
// params: known: int
// returns: audience_id: str, by: str
MATCH (a:Audience)
WHERE a.seq > $known
RETURN a.audience_id AS audience_id, a.by AS by
ORDER BY a.seq DESC LIMIT 1
