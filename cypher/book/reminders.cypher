// What is due between two days with a manager's customers: products and credit contracts that mature (and have not ended
// yet), drawdowns to be repaid, and requests that are open and due by the last day, however long ago; and the birthdays of all who are
// persons, for the caller to choose from. `until_ms` is the end of the last day.
// params: manager_id: str, first: int, last: int, until_ms: int
// returns: parties: list[map], products: list[map], contracts: list[map], drawdowns: list[map], requests: list[map]
MATCH (p:Party)-[r:MANAGED_BY]->(m:RelationshipManager {manager_id: $manager_id})
WHERE @visible(r) AND @scope(p)
WITH DISTINCT p
WITH p,
  COLLECT { MATCH (p)-[h:HOLDS]->(g:Product)
    WHERE @visible(h) AND @current(g) AND $first <= h.until <= $last
    RETURN {party_id: p.party_id, id: h.id, on: h.until, name: coalesce(g.name, g.name_en, g.product_id), amount: h.balance,
      currency: h.currency} } AS products,
  COLLECT { MATCH (p)-[b:BORROWS]->(f:Facility)
    WHERE @visible(b) AND @current(f) AND $first <= f.matures_on <= $last AND coalesce(f.state, '') <> 'ended'
    RETURN {party_id: p.party_id, id: f.facility_id, on: f.matures_on, name: coalesce(f.code, f.facility_id),
      amount: f.limit_amount, currency: f.currency} } AS contracts,
  COLLECT { MATCH (p)-[c:BORROWS]->(k:Facility)
    WHERE @visible(c) AND @current(k)
    MATCH (d:Drawdown)-[u:DRAWN_UNDER]->(k:Facility)
    WHERE @visible(u) AND @current(d) AND $first <= d.matures_on <= $last AND coalesce(d.balance, 1) <> 0
    RETURN {party_id: p.party_id, id: d.drawdown_id, on: d.matures_on, name: coalesce(d.code, d.drawdown_id),
      amount: d.balance, currency: coalesce(d.currency, k.currency)} } AS drawdowns,
  COLLECT { MATCH (p)-[i:INVOLVED_IN]->(e:Event)
    WHERE @visible(i) AND @current(e) AND e.event_kind = 'service_request' AND NOT coalesce(e.state, 'open') IN ['done', 'cancelled']
      AND e.due_at <= $until_ms
    RETURN {party_id: p.party_id, id: e.event_id, due_at: e.due_at, name: e.title} } AS requests
WITH collect(p {.party_id, .name, .name_en, .kind, .birth_day}) AS parties, collect(products) AS products,
  collect(contracts) AS contracts, collect(drawdowns) AS drawdowns, collect(requests) AS requests
RETURN parties, reduce(all = [], x IN products | all + x) AS products, reduce(all = [], x IN contracts | all + x) AS contracts,
  reduce(all = [], x IN drawdowns | all + x) AS drawdowns, reduce(all = [], x IN requests | all + x) AS requests
