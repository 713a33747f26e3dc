// How many contracts the view has, and of how many neither limit nor drawn amount is known; the currencies they stand in.
// returns: total: int, without_amount: int, currencies: list[str]
MATCH (f:Facility)
WHERE @current(f)
RETURN count(f) AS total, count(CASE WHEN coalesce(f.limit_amount, f.drawn_amount) IS NULL THEN 1 END) AS without_amount,
  collect(DISTINCT coalesce(f.currency, '')) AS currencies
