// Some products with their names.
// params: ids: list[str]
// returns: found: list[map]
UNWIND $ids AS id
MATCH (n:Product {product_id: id})
WHERE @current(n)
RETURN collect(n {.product_id, .name, .name_en, .code, .family, .risk_class}) AS found
