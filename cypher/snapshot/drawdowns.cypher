// All drawdowns of the view with the contract that each stands under, as columns; -1 where unknown, and where below 0.
// returns: chunk: int, facility: list[int], balance: list[int], currency: list[str], matures: list[int]
MATCH (d:Drawdown)-[r:DRAWN_UNDER]->(f:Facility)
WHERE @visible(r) AND @current(d) AND @current(f)
WITH toInteger(id(r) / 10000) AS chunk, id(f) AS facility, d {.balance, .currency, .matures_on} AS d
RETURN chunk, collect(facility) AS facility,
  collect(CASE WHEN d.balance >= 0 THEN d.balance ELSE -1 END) AS balance,
  collect(coalesce(d.currency, '')) AS currency, collect(coalesce(d.matures_on, -1)) AS matures
