// What the bank earned with each party by year, as columns: of its revenue and of contribution the sum of the months that are
// told, and how many are not; -1 where nothing is told of it.
// returns: chunk: int, party: list[int], year: list[int], currency: list[str], revenue: list[int], revenue_unknown: list[int], contribution: list[int], contribution_unknown: list[int]
MATCH (p)-[r:HAS_FIGURES]->(y:YearFigures)
WHERE @visible(r) AND @system(p) AND @current(y) AND (y.bank_revenue IS NOT NULL OR y.contribution IS NOT NULL)
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, y {.year, .currency, .bank_revenue, .contribution} AS y
RETURN chunk, collect(party) AS party, collect(coalesce(y.year, 0)) AS year, collect(coalesce(y.currency, '')) AS currency,
  collect(reduce(total = 0, month IN coalesce(y.bank_revenue, []) | total + coalesce(month, 0))) AS revenue,
  collect(coalesce(size([month IN y.bank_revenue WHERE month IS NULL]), -1)) AS revenue_unknown,
  collect(reduce(total = 0, month IN coalesce(y.contribution, []) | total + coalesce(month, 0))) AS contribution,
  collect(coalesce(size([month IN y.contribution WHERE month IS NULL]), -1)) AS contribution_unknown
