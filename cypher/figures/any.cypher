// A year up to one of which any figures of a customer are told; no row without any.
// params: year: int
// returns: year: int
MATCH (n:YearFigures)
WHERE @current(n) AND n.year <= $year
  AND any(told IN [n.deposits, n.loans, n.assets_managed, n.bank_revenue, n.contribution] WHERE size(told) > 0)
RETURN n.year AS year LIMIT 1
