// One party as it is graded: its kind, whether it is a customer and since when, how many products it holds, its figures of
// the years up to one, and its households.
// params: party_id: str, year: int
// returns: kind: str, customer: bool, since: int, products: int, figures: list[map], households: list[str]
MATCH (p:Party {party_id: $party_id})
WHERE @scope(p)
WITH p,
  COLLECT { MATCH (p)-[h:HOLDS]->(g:Product) WHERE @visible(h) AND @current(g) RETURN DISTINCT g.product_id } AS products,
  COLLECT { MATCH (p)-[y:HAS_FIGURES]->(f:YearFigures) WHERE @visible(y) AND @current(f) AND f.year <= $year
    RETURN f {.year, .currency, .deposits, .loans, .assets_managed, .bank_revenue, .contribution} } AS figures,
  COLLECT { MATCH (p)-[m:MEMBER_OF]->(n:Household) WHERE @visible(m) AND @current(n)
    RETURN DISTINCT n.household_id AS id ORDER BY id } AS households
RETURN p.kind AS kind, p:Customer AS customer, p.customer_since AS since, size(products) AS products, figures, households
