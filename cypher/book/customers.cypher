// The customers of a manager with what is added up over them. Sums are made by the caller: an account or contract of
// two customers is there twice, under one id.
// A customer holds: its few columns, roles of the manager, since when, moment of the last interaction up to `until`,
// accounts [id, currency, balance], contracts [id, currency, amount or 0 once ended, drawn, [currency, balance] of its drawdowns],
// revenue [year, currency, sum] of each row of its figures up to `year`: records joined into one party have a row each.
// params: manager_id: str, until: int, year: int
// returns: customers: list[map]
MATCH (p:Party)-[r:MANAGED_BY]->(m:RelationshipManager {manager_id: $manager_id})
WHERE @visible(r) AND @scope(p)
WITH p, collect(DISTINCT r.role) AS roles, min(r.valid_from) AS since
WITH p, roles, since,
  head(COLLECT { MATCH (p)-[i:INVOLVED_IN]->(e:Event)
    WHERE @visible(i) AND @current(e) AND e.event_kind = 'interaction' AND e.at <= $until RETURN max(e.at) }) AS seen_at,
  COLLECT { MATCH (p)-[h:HAS_ACCOUNT]->(a:Account)
    WHERE @visible(h) AND @current(a) AND coalesce(h.role, '') <> 'authorised' AND NOT coalesce(a.outside, false)
      AND (a.closed_on IS NULL OR a.closed_on > $as_of)
    RETURN [a.account_id, a.currency, a.balance] } AS accounts,
  COLLECT { MATCH (p)-[b:BORROWS]->(f:Facility)
    WHERE @visible(b) AND @current(f)
    RETURN [f.facility_id, f.currency, CASE WHEN f.state = 'ended' THEN 0 ELSE f.limit_amount END, f.drawn_amount,
      COLLECT { MATCH (d:Drawdown)-[u:DRAWN_UNDER]->(f:Facility) WHERE @visible(u) AND @current(d)
        RETURN [coalesce(d.currency, f.currency), d.balance] }] } AS contracts,
  COLLECT { MATCH (p)-[y:HAS_FIGURES]->(n:YearFigures)
    WHERE @visible(y) AND @current(n) AND n.bank_revenue IS NOT NULL AND n.year <= $year
    RETURN [n.year, n.currency, reduce(total = 0, x IN n.bank_revenue | total + x)] } AS revenue
RETURN collect({party: p {.party_id, .name, .name_en, .kind}, roles: roles, since: since, seen_at: seen_at,
  accounts: accounts, contracts: contracts, revenue: revenue}) AS customers
