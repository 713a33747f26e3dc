// Of some parties those who hold or held a product up to the day, since when, and with which balance; the earliest first.
// params: ids: list[str], product_id: str
// returns: found: list[map]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})-[r:HOLDS]->(n:Product {product_id: $product_id})
WHERE @known(r) AND r.status <> 'rebutted' AND @scope(p) AND @current(n)
WITH id, r, coalesce(r.since, r.valid_from) AS since
WHERE since <= $as_of
WITH id, r, since ORDER BY since, r.id
RETURN collect({party_id: id, since: since, balance: r.balance, currency: r.currency}) AS found
