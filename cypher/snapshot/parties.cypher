// All parties of the view, as columns: the server's number of the node, the party id, 1 for a natural person, 1 for a company.
// returns: chunk: int, node: list[int], party_id: list[str], person: list[int], company: list[int]
MATCH (p:Party)
WHERE @scope(p)
WITH toInteger(id(p) / 10000) AS chunk, p
RETURN chunk, collect(id(p)) AS node, collect(p.party_id) AS party_id,
  collect(CASE WHEN p:Person THEN 1 ELSE 0 END) AS person, collect(CASE WHEN p:Company THEN 1 ELSE 0 END) AS company
