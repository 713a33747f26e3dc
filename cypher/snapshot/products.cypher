// All products that the bank sells, as columns, with their family, risk class and for whom they are.
// returns: chunk: int, product: list[str], family: list[str], risk: list[str], segment: list[str]
MATCH (n:Product)
WHERE @current(n)
WITH toInteger(id(n) / 10000) AS chunk, n
RETURN chunk, collect(n.product_id) AS product, collect(coalesce(n.family, '')) AS family,
  collect(coalesce(n.risk_class, '')) AS risk, collect(coalesce(n.segment, '')) AS segment
