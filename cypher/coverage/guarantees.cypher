// How many guarantees the view has, how many of them name no contract, and of how many the amount is unknown.
// returns: total: int, without_contract: int, without_amount: int
MATCH (a:Party)-[r:GUARANTEES]->(b:Party)
WHERE @visible(r) AND @scope(a) AND @scope(b)
RETURN count(r) AS total, count(CASE WHEN coalesce(r.facility_id, '') = '' THEN 1 END) AS without_contract,
  count(CASE WHEN r.amount IS NULL THEN 1 END) AS without_amount
