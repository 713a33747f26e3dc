// The visible members of a household who are customers, each once with its figures of the years up to one.
// params: id: str, year: int
// returns: customers: list[list]
MATCH (p:Customer)-[r:MEMBER_OF]->(g:Household {household_id: $id})
WHERE @visible(r) AND @current(g) AND @scope(p)
WITH DISTINCT p
WITH COLLECT { MATCH (p)-[y:HAS_FIGURES]->(f:YearFigures) WHERE @visible(y) AND @current(f) AND f.year <= $year
  RETURN f {.year, .currency, .deposits, .loans, .assets_managed, .bank_revenue, .contribution} } AS figures
RETURN collect(figures) AS customers
