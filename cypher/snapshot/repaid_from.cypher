// From which account each loan of the view is repaid, as columns; -1 for an unknown amount, and for one below 0.
// returns: chunk: int, facility: list[int], account: list[int], amount: list[int], currency: list[str]
MATCH (d:Drawdown)-[r:REPAID_FROM]->(a:Account), (d:Drawdown)-[u:DRAWN_UNDER]->(f:Facility)
WHERE @visible(r) AND @visible(u) AND @current(d) AND @current(a) AND @current(f)
WITH toInteger(id(r) / 10000) AS chunk, id(f) AS facility, id(a) AS account, r {.amount, .currency} AS r
RETURN chunk, collect(facility) AS facility, collect(account) AS account,
  collect(CASE WHEN r.amount >= 0 THEN r.amount ELSE -1 END) AS amount,
  collect(coalesce(r.currency, '')) AS currency
