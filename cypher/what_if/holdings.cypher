// The confirmed holdings of one party in another, as the view sees them, each with its source.
// params: from_id: str, to_id: str
// returns: link_id: str, source: str, link: map
MATCH (a:Party {party_id: $from_id})-[r:OWNS]->(b:Party {party_id: $to_id})
WHERE @visible(r) AND r.status = 'confirmed' AND @scope(a) AND @scope(b)
RETURN r.id AS link_id, coalesce(r.source, '') AS source, r {.share, .votes, .share_min, .share_max} AS link
