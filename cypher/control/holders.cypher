// Who holds some parties: the confirmed holdings, at most `cap` of all.
// params: ids: list[str], cap: int
// returns: held: str, holder: str, link: str
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
MATCH (q:Party)-[r:OWNS]->(p)
WHERE @visible(r) AND r.status = 'confirmed' AND @scope(q)
WITH id, r, q ORDER BY id, r.id LIMIT $cap
RETURN id AS held, q.party_id AS holder, r.id AS link
