// The last month of which figures tell anything, up to the end of a year, as twelve times its year and the month from 0.
// Null for none.
// params: year: int
// returns: month: int
MATCH (n:YearFigures)
WHERE @current(n) AND n.year <= $year
WITH n.year AS year, [one IN [n.deposits, n.loans, n.assets_managed, n.bank_revenue, n.contribution] WHERE size(one) > 0 | size(one)] AS sizes
WHERE size(sizes) > 0
RETURN max(year * 12 + reduce(most = 0, one IN sizes | CASE WHEN one > most THEN one ELSE most END) - 1) AS month
