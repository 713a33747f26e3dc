// Of some parties those who hold a product, since when, and with which balance.
// params: ids: list[str], product_id: str
// returns: found: list[map]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})-[r:HOLDS]->(n:Product {product_id: $product_id})
WHERE @visible(r) AND @scope(p) AND @current(n)
RETURN collect({party_id: id, since: coalesce(r.since, r.valid_from), balance: r.balance, currency: r.currency}) AS found
