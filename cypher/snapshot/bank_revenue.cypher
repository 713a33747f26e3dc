// What the bank earned with each party by year, as columns: the sum of the months that are told, how many months are not.
// returns: chunk: int, party: list[int], year: list[int], currency: list[str], amount: list[int], unknown: list[int]
MATCH (p)-[r:HAS_FIGURES]->(y:YearFigures)
WHERE @visible(r) AND @system(p) AND @current(y) AND y.bank_revenue IS NOT NULL
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, y {.year, .currency, .bank_revenue} AS y
RETURN chunk, collect(party) AS party, collect(coalesce(y.year, 0)) AS year, collect(coalesce(y.currency, '')) AS currency,
  collect(reduce(total = 0, month IN y.bank_revenue | total + coalesce(month, 0))) AS amount,
  collect(size([month IN y.bank_revenue WHERE month IS NULL])) AS unknown
