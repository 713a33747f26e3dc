// All natural persons of the view, as columns: the server's number of the node, the name in its own script (the other one where
// there is none), and the birthday in days since 1970, -2147483648 where it is not known.
// returns: chunk: int, party: list[int], name: list[str], born: list[int]
MATCH (p:Person)
WHERE @scope(p)
WITH toInteger(id(p) / 10000) AS chunk, id(p) AS party, p {.name, .name_en, .birth_day} AS p
RETURN chunk, collect(party) AS party, collect(coalesce(p.name, p.name_en, '')) AS name,
  collect(coalesce(p.birth_day, -2147483648)) AS born
