// Whom campaigns approached since a day, and how they answered, as columns: the campaign's product, the day or moment (UTC
// milliseconds, -1 where only the day is told), and the answer, empty for an approach and for an answer that was corrected:
// of several of a party to a campaign the last counts, by when it was given, then by when it was told.
// params: since: int
// returns: chunk: int, party: list[int], product: list[str], at: list[int], day: list[int], response: list[str]
MATCH (p)-[r:TARGETED_BY|RESPONDED_TO]->(c:Campaign)
WHERE r.valid_from >= $since AND @visible(r) AND @system(p) AND @current(c)
WITH r, p, c, coalesce(r.at, r.valid_from * 86400000) AS moment
WITH r, p, c, type(r) = 'RESPONDED_TO' AND NOT EXISTS {
  MATCH (p)-[n:RESPONDED_TO]->(c:Campaign)
  WHERE @visible(n)
  WITH n, coalesce(n.at, n.valid_from * 86400000) AS given
  WHERE given > moment OR (given = moment AND (n.seq_in > r.seq_in OR (n.seq_in = r.seq_in AND n.id > r.id)))
  RETURN n
} AS counts
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, coalesce(c.product_id, '') AS product, counts,
  r {.at, .valid_from, .response} AS r
RETURN chunk, collect(party) AS party, collect(product) AS product, collect(coalesce(r.at, -1)) AS at,
  collect(r.valid_from) AS day, collect(CASE WHEN counts THEN coalesce(r.response, '') ELSE '' END) AS response
