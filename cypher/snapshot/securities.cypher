// Which credit contracts of the view are secured by which collateral, and who owes what is pledged, as columns; -1 where unknown.
// returns: chunk: int, facility: list[int], collateral: list[str], until: list[int], kind: list[str], value: list[int], currency: list[str], issuer: list[int]
MATCH (f:Facility)-[r:SECURED_BY]->(c:Collateral)
WHERE @visible(r) AND @current(f) AND @current(c)
WITH toInteger(id(r) / 10000) AS chunk, id(f) AS facility, c.collateral_id AS collateral, r.valid_to AS until,
  c {.protection_kind, .confirmed_value, .value, .currency} AS kept,
  COLLECT { MATCH (c)-[i:ISSUED_BY]->(o) WHERE @visible(i) AND @system(o) RETURN id(o) AS issuer ORDER BY issuer LIMIT 1 } AS issuers
RETURN chunk, collect(facility) AS facility, collect(collateral) AS collateral, collect(until) AS until,
  collect(coalesce(kept.protection_kind, '')) AS kind, collect(coalesce(kept.confirmed_value, kept.value, -1)) AS value,
  collect(coalesce(kept.currency, '')) AS currency, collect(coalesce(head(issuers), -1)) AS issuer
