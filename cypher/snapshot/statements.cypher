// Yearly statements of the view's parties, as columns; -1 where unknown, and where below 0; of equity the smallest number is
// unknown.
// returns: chunk: int, party: list[int], year: list[int], single: list[int], revenue: list[int], expenditure: list[int], equity: list[int], currency: list[str]
MATCH (p)-[r:HAS_FIGURES]->(y:YearFigures)
WHERE @visible(r) AND @system(p) AND @current(y) AND coalesce(y.revenue, y.expenditure, y.equity) IS NOT NULL
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, y {.year, .scope, .revenue, .expenditure, .equity, .currency} AS y
RETURN chunk, collect(party) AS party, collect(coalesce(y.year, 0)) AS year,
  collect(CASE y.scope WHEN 'consolidated' THEN 0 ELSE 1 END) AS single,
  collect(CASE WHEN y.revenue >= 0 THEN y.revenue ELSE -1 END) AS revenue,
  collect(CASE WHEN y.expenditure >= 0 THEN y.expenditure ELSE -1 END) AS expenditure,
  collect(coalesce(y.equity, -9007199254740991)) AS equity,
  collect(coalesce(y.currency, '')) AS currency
