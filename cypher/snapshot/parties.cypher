// All parties of the view, as columns: the server's number of the node and the party id.
// returns: chunk: int, node: list[int], party_id: list[str]
MATCH (p:Party)
WHERE @scope(p)
WITH toInteger(id(p) / 10000) AS chunk, p
RETURN chunk, collect(id(p)) AS node, collect(p.party_id) AS party_id
