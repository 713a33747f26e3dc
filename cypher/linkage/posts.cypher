// Who represents or manages which company, of what the view shows, as columns; `post` is empty for a legal representative.
// returns: chunk: int, link: list[str], person: list[str], company: list[str], post: list[str], status: list[str]
MATCH (a)-[r:LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF]->(b)
WITH toInteger(id(r) / 10000) AS chunk, type(r) AS kind, a, b,
  r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status, .post} AS r
WHERE @visible(r) AND @scope(a) AND @scope(b)
RETURN chunk, collect(r.id) AS link, collect(a.party_id) AS person, collect(b.party_id) AS company,
  collect(CASE kind WHEN 'EXECUTIVE_OF' THEN coalesce(r.post, 'executive') ELSE '' END) AS post, collect(r.status) AS status
