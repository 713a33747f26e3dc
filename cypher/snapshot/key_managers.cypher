// Persons who run a company of the view: legal representatives and executives, as columns; some are only flagged.
// returns: chunk: int, link: list[str], person: list[int], company: list[int], post: list[str], status: list[str]
MATCH (a)-[r:LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF]->(b)
WITH toInteger(id(r) / 10000) AS chunk, id(a) AS person, id(b) AS company, type(r) AS kind,
  r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status, .post} AS r
WHERE @visible(r) AND @system(a) AND @system(b)
RETURN chunk, collect(r.id) AS link, collect(person) AS person, collect(company) AS company,
  collect(CASE kind WHEN 'EXECUTIVE_OF' THEN coalesce(r.post, '') ELSE 'legal_representative' END) AS post,
  collect(r.status) AS status
