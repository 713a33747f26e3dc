// From which month to which payments between accounts are known, in how many months, and how many have no amount.
// returns: first: str, last: str, months: int, total: int, without_amount: int
MATCH (a:Account)-[r:TRANSFERS_TO]->(b:Account)
WHERE @visible(r)
RETURN coalesce(min(r.month), '') AS first, coalesce(max(r.month), '') AS last, count(DISTINCT r.month) AS months,
  count(r) AS total, count(CASE WHEN r.amount IS NULL THEN 1 END) AS without_amount
