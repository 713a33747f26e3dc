// All confirmed guarantees of the view, as columns; -1 for an unknown amount and one below 0, days with their sentinels.
// returns: chunk: int, link: list[str], guarantor: list[int], debtor: list[int], amount: list[int], currency: list[str], facility_id: list[str], day: list[int], until: list[int]
MATCH (a)-[r:GUARANTEES]->(b)
WITH toInteger(id(r) / 10000) AS chunk, id(a) AS guarantor, id(b) AS debtor,
  r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status, .amount, .currency, .facility_id} AS r
WHERE @visible(r) AND r.status = 'confirmed' AND @system(a) AND @system(b)
RETURN chunk, collect(r.id) AS link, collect(guarantor) AS guarantor, collect(debtor) AS debtor,
  collect(CASE WHEN r.amount >= 0 THEN r.amount ELSE -1 END) AS amount, collect(coalesce(r.currency, '')) AS currency,
  collect(coalesce(r.facility_id, '')) AS facility_id, collect(r.valid_from) AS day, collect(r.valid_to) AS until
