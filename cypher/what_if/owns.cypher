// The holdings of one party in another that the view knows: also those that are flagged or rebutted, and those that no longer or
// not yet hold.
// params: from_id: str, to_id: str
// returns: link: map
MATCH (a:Party {party_id: $from_id})-[r:OWNS]->(b:Party {party_id: $to_id})
WHERE @known(r) AND @scope(a) AND @scope(b)
RETURN r {.id, .source, .status, .valid_from, .valid_to, .share, .votes, .share_min, .share_max} AS link
ORDER BY link.id
