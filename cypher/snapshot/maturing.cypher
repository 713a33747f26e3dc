// Products held that are due from the day of the view to another one, as columns.
// params: until: int
// returns: chunk: int, party: list[int], product: list[str], due: list[int]
MATCH (p)-[r:HOLDS]->(n:Product)
WHERE r.until >= $as_of AND r.until <= $until AND @visible(r) AND @system(p) AND @current(n)
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, n.product_id AS product, r.until AS due
RETURN chunk, collect(party) AS party, collect(product) AS product, collect(due) AS due
