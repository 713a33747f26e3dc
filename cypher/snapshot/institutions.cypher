// Parties of the view that are banks or other institutions, exempt, the bank itself or its insiders, as columns.
// returns: chunk: int, party: list[int], institution: list[str], exempt: list[str], bank_role: list[str]
MATCH (p:Party)
WHERE (p.institution IS NOT NULL OR p.exempt IS NOT NULL OR p.bank_role IS NOT NULL) AND @scope(p)
WITH toInteger(id(p) / 10000) AS chunk, id(p) AS party, p {.institution, .exempt, .bank_role} AS p
RETURN chunk, collect(party) AS party, collect(coalesce(p.institution, '')) AS institution,
  collect(coalesce(p.exempt, '')) AS exempt, collect(coalesce(p.bank_role, '')) AS bank_role
