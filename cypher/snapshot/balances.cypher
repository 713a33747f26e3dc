// Accounts of the view at the bank itself with their balances, as columns; the smallest number stands for an unknown balance.
// returns: chunk: int, account: list[int], balance: list[int], currency: list[str]
MATCH (a:Account)
WHERE @current(a) AND NOT coalesce(a.outside, false)
WITH toInteger(id(a) / 10000) AS chunk, id(a) AS account, a {.balance, .currency} AS a
RETURN chunk, collect(account) AS account, collect(coalesce(a.balance, -9007199254740991)) AS balance,
  collect(coalesce(a.currency, '')) AS currency
