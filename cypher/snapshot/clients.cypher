// Customers of the view, and others who asked not to be approached, as columns: 1 for a customer, segment, risk rating, and
// 1 for who asked not to be approached.
// returns: chunk: int, party: list[int], customer: list[int], segment: list[str], rating: list[str], opted_out: list[int]
MATCH (p:Party)
WHERE @scope(p) AND (p:Customer OR p.marketing_opt_out)
WITH toInteger(id(p) / 10000) AS chunk, id(p) AS party, CASE WHEN p:Customer THEN 1 ELSE 0 END AS customer,
  p {.segment, .risk_class, .marketing_opt_out} AS p
RETURN chunk, collect(party) AS party, collect(customer) AS customer, collect(coalesce(p.segment, '')) AS segment,
  collect(coalesce(p.risk_class, '')) AS rating, collect(CASE WHEN p.marketing_opt_out THEN 1 ELSE 0 END) AS opted_out
