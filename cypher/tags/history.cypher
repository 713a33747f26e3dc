// Every tag that a party has or had, the earliest first, and who took it off and when; both are empty while it is on.
// params: party_id: str
// returns: text: str, link: map, closed: int, closed_by: str, closed_at: int
MATCH (p:Party {party_id: $party_id})-[r:TAGGED]->(t:Tag)
WHERE @ever(r) AND @scope(p)
WITH t.text AS text, properties(r) AS link, CASE WHEN @known(r) THEN null ELSE r.seq_out END AS closed
OPTIONAL MATCH (w:LoadRun {seq: closed})
RETURN text, link, closed, w.user AS closed_by, coalesce(w.published_at, w.started_at) AS closed_at
ORDER BY link.seq_in, link.id
