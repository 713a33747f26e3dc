// What some parties control immediately as the current run found it, at most `cap` of all.
// params: ids: list[str], cap: int
// returns: of: str, other: map, link: map
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
MATCH (q:Party)-[r:CONTROLLED_BY]->(p)
WHERE @visible(r) AND @scope(q)
WITH id, r, q ORDER BY id, r.id LIMIT $cap
RETURN id AS of, {party_id: q.party_id, name: q.name, name_en: q.name_en, kind: q.kind} AS other, properties(r) AS link
