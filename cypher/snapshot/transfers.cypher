// Payments between accounts by month (YYYYMM), as columns: a row a payment where a link lists them, none is below 0 (a reversal)
// and they add up to its sum, else one for the sum, without a day; -1 for an unknown amount, day or month, and a sum below 0.
// returns: chunk: int, payer: list[int], payee: list[int], month: list[int], day: list[int], amount: list[int], currency: list[str]
MATCH (a:Account)-[r:TRANSFERS_TO]->(b:Account)
WITH toInteger(id(r) / 10000) AS chunk, id(a) AS payer, id(b) AS payee,
  r {.seq_in, .seq_out, .valid_from, .valid_to, .status, .month, .amount, .currency, .days, .amounts} AS r
WHERE @visible(r)
WITH chunk, payer, payee, r, size(r.days) = size(r.amounts) AND size(r.days) > 0
  AND reduce(total = 0, amount IN r.amounts | CASE WHEN amount >= 0 THEN total + amount END) = r.amount AS told
WITH chunk, payer, payee, coalesce(toInteger(replace(r.month, '-', '')), -1) AS month, coalesce(r.currency, '') AS currency,
  CASE WHEN told THEN r.days ELSE [-1] END AS days, CASE WHEN told THEN r.amounts
    WHEN r.amount >= 0 THEN [r.amount] ELSE [-1] END AS amounts
UNWIND range(0, size(days) - 1) AS i
RETURN chunk, collect(payer) AS payer, collect(payee) AS payee, collect(month) AS month, collect(days[i]) AS day,
  collect(amounts[i]) AS amount, collect(currency) AS currency
