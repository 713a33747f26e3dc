// One product, by its id or the bank's code.
// params: product: str
// returns: product: map
MATCH (n:Product)
WHERE (n.product_id = $product OR n.code = $product) AND @current(n)
RETURN n {.product_id, .name, .name_en, .code, .family, .risk_class} AS product
ORDER BY n.product_id
