// Which products the customers of each segment hold: of each segment its customers, and [product, holders] of those held.
// A customer of no segment is in that of its kind, `person` or `company`.
// returns: segment: str, customers: int, held: list[list]
MATCH (p:Customer)
WHERE @scope(p)
WITH coalesce(p.segment, p.kind, '') AS segment, p,
  COLLECT { MATCH (p)-[h:HOLDS]->(g:Product)
    WHERE @visible(h) AND @current(g)
    RETURN DISTINCT g.product_id } AS products
UNWIND products + [''] AS product
WITH segment, product, count(p) AS holders
WITH segment, collect([product, holders]) AS told
RETURN segment, head([one IN told WHERE one[0] = '' | one[1]]) AS customers, [one IN told WHERE one[0] <> ''] AS held
