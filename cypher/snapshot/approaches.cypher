// Whom campaigns approached since a day, and how they answered, as columns: the campaign's product, the day or moment (UTC
// milliseconds, -1 where only the day is told), and the answer, empty for an approach.
// params: since: int
// returns: chunk: int, party: list[int], product: list[str], at: list[int], day: list[int], response: list[str]
MATCH (p)-[r:TARGETED_BY|RESPONDED_TO]->(c:Campaign)
WHERE r.valid_from >= $since AND @visible(r) AND @system(p) AND @current(c)
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, coalesce(c.product_id, '') AS product, type(r) AS kind,
  r {.at, .valid_from, .response} AS r
RETURN chunk, collect(party) AS party, collect(product) AS product, collect(coalesce(r.at, -1)) AS at,
  collect(r.valid_from) AS day, collect(CASE kind WHEN 'RESPONDED_TO' THEN coalesce(r.response, '') ELSE '' END) AS response
