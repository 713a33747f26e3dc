// The customers whom a manager looks after, or did: since when each is one, all who ever look after each [manager, role, from,
// to], the branches of the day, and the figures of the years up to one, lists of at most twelve months.
// params: manager_id: str, year: int
// returns: customers: list[map]
MATCH (p:Customer)-[own:MANAGED_BY]->(m:RelationshipManager {manager_id: $manager_id})
WHERE @known(own) AND own.status <> 'rebutted' AND @scope(p)
WITH DISTINCT p
WITH p,
  COLLECT { MATCH (p)-[r:MANAGED_BY]->(n:RelationshipManager)
    WHERE @known(r) AND r.status <> 'rebutted' AND @current(n)
    RETURN [n.manager_id, coalesce(r.role, ''), r.valid_from, r.valid_to] } AS managers,
  COLLECT { MATCH (p)-[b:BELONGS_TO]->(k:Branch)
    WHERE @visible(b) AND @current(k)
    RETURN DISTINCT k {.branch_id, .name} } AS branches,
  COLLECT { MATCH (p)-[y:HAS_FIGURES]->(f:YearFigures)
    WHERE @visible(y) AND @current(f) AND f.year <= $year
    RETURN f {.year, .currency, .deposits, .loans, .assets_managed, .bank_revenue, .contribution} } AS figures
RETURN collect({party_id: p.party_id, since: p.customer_since, managers: managers, branches: branches, figures: figures}) AS customers
