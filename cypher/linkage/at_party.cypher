// The posts that one party holds or that are held in it, as columns; `post` is empty for a legal representative.
// params: party_id: str
// returns: chunk: int, link: list[str], person: list[str], company: list[str], post: list[str], status: list[str]
MATCH (p:Party {party_id: $party_id})-[r:LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF]-(q:Party)
WHERE @visible(r) AND @scope(p) AND @scope(q)
WITH r, startNode(r) AS a, endNode(r) AS b
RETURN 0 AS chunk, collect(r.id) AS link, collect(a.party_id) AS person, collect(b.party_id) AS company,
  collect(CASE type(r) WHEN 'EXECUTIVE_OF' THEN coalesce(r.post, 'executive') ELSE '' END) AS post, collect(r.status) AS status
