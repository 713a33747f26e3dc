// Keep how an audience was chosen.
// mode: write
// params: audience: map
// returns: id: str
CREATE (a:Audience {audience_id: $audience.audience_id})
SET a += $audience
RETURN a.audience_id AS id
