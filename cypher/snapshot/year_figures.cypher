// What the years of customers tell, as columns: of each measure a list of at most twelve months, January first; empty where it is
// not told.
// returns: chunk: int, party: list[int], year: list[int], currency: list[str], deposits: list[list[int]], loans: list[list[int]], assets_managed: list[list[int]], bank_revenue: list[list[int]], contribution: list[list[int]]
MATCH (p:Customer)-[r:HAS_FIGURES]->(y:YearFigures)
WHERE @visible(r) AND @system(p) AND @current(y)
  AND y.year > 0 AND any(told IN [y.deposits, y.loans, y.assets_managed, y.bank_revenue, y.contribution] WHERE size(told) > 0)
WITH toInteger(id(r) / 2000) AS chunk, id(p) AS party,
  y {.year, .currency, .deposits, .loans, .assets_managed, .bank_revenue, .contribution} AS y
RETURN chunk, collect(party) AS party, collect(y.year) AS year, collect(coalesce(y.currency, '')) AS currency,
  collect(coalesce(y.deposits, [])) AS deposits, collect(coalesce(y.loans, [])) AS loans,
  collect(coalesce(y.assets_managed, [])) AS assets_managed, collect(coalesce(y.bank_revenue, [])) AS bank_revenue,
  collect(coalesce(y.contribution, [])) AS contribution
