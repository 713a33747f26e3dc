// Which credit contracts of the view are secured by which collateral, how far, and who owes what is pledged, as columns; -1 where
// unknown, and where below 0. secured: what the collateral is pledged for there; unknown: all of it may be.
// returns: chunk: int, facility: list[int], collateral: list[str], until: list[int], kind: list[str], value: list[int], currency: list[str], issuer: list[int], secured: list[int], secured_currency: list[str]
MATCH (f:Facility)-[r:SECURED_BY]->(c:Collateral)
WHERE @visible(r) AND @current(f) AND @current(c)
WITH toInteger(id(r) / 10000) AS chunk, id(f) AS facility, c.collateral_id AS collateral, r {.valid_to, .amount, .currency} AS r,
  c {.protection_kind, .confirmed_value, .value, .currency} AS kept,
  COLLECT { MATCH (c)-[i:ISSUED_BY]->(o) WHERE @visible(i) AND @system(o) RETURN id(o) AS issuer ORDER BY issuer LIMIT 1 } AS issuers
RETURN chunk, collect(facility) AS facility, collect(collateral) AS collateral, collect(r.valid_to) AS until,
  collect(coalesce(kept.protection_kind, '')) AS kind,
  collect(CASE WHEN coalesce(kept.confirmed_value, kept.value) >= 0 THEN coalesce(kept.confirmed_value, kept.value) ELSE -1 END) AS value,
  collect(coalesce(kept.currency, '')) AS currency, collect(coalesce(head(issuers), -1)) AS issuer,
  collect(CASE WHEN r.amount >= 0 THEN r.amount ELSE -1 END) AS secured, collect(coalesce(r.currency, '')) AS secured_currency
