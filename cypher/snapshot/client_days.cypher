// Since when customers of the view are so, where a source says it, as columns: days.
// returns: chunk: int, party: list[int], since: list[int]
MATCH (p:Party)
WHERE @scope(p) AND p:Customer AND p.customer_since > 0
WITH toInteger(id(p) / 10000) AS chunk, id(p) AS party, p.customer_since AS since
RETURN chunk, collect(party) AS party, collect(since) AS since
