// Into which account each drawdown of the view was paid and when (UTC milliseconds; where nobody says, the day drawn), as
// columns; -1 where unknown, and for an amount below 0.
// returns: chunk: int, drawdown: list[str], facility: list[int], account: list[int], at: list[int], day: list[int], amount: list[int], currency: list[str]
MATCH (d:Drawdown)-[r:PAID_INTO]->(a:Account), (d:Drawdown)-[u:DRAWN_UNDER]->(f:Facility)
WHERE @visible(r) AND @visible(u) AND @current(d) AND @current(a) AND @current(f)
WITH toInteger(id(r) / 10000) AS chunk, id(f) AS facility, id(a) AS account, r {.at, .amount, .currency} AS r,
  d {.drawdown_id, .starts_on, .amount, .currency} AS d
WITH chunk, facility, account, r, d, CASE WHEN r.amount IS NULL THEN d ELSE r END AS paid
RETURN chunk, collect(d.drawdown_id) AS drawdown, collect(facility) AS facility, collect(account) AS account,
  collect(coalesce(r.at, -1)) AS at, collect(coalesce(d.starts_on, -1)) AS day,
  collect(CASE WHEN paid.amount >= 0 THEN paid.amount ELSE -1 END) AS amount,
  collect(coalesce(paid.currency, '')) AS currency
