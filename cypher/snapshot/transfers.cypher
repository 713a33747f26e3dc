// Payments between accounts by month (YYYYMM), as columns; -1 for an unknown amount.
// returns: chunk: int, payer: list[int], payee: list[int], month: list[int], amount: list[int], currency: list[str]
MATCH (a:Account)-[r:TRANSFERS_TO]->(b:Account)
WITH toInteger(id(r) / 10000) AS chunk, id(a) AS payer, id(b) AS payee,
  r {.seq_in, .seq_out, .valid_from, .valid_to, .status, .month, .amount, .currency} AS r
WHERE @visible(r)
RETURN chunk, collect(payer) AS payer, collect(payee) AS payee,
  collect(coalesce(toInteger(replace(r.month, '-', '')), -1)) AS month, collect(coalesce(r.amount, -1)) AS amount,
  collect(coalesce(r.currency, '')) AS currency
