// Which products the parties of the view hold, as columns.
// returns: chunk: int, party: list[int], product: list[str]
MATCH (p)-[r:HOLDS]->(n:Product)
WHERE @visible(r) AND @system(p) AND @current(n)
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, n.product_id AS product
RETURN chunk, collect(party) AS party, collect(product) AS product
