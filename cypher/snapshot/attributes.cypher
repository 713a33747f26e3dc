// What parties of the view are and what is told of each, as columns: 1 for each role that it has, empty texts for what is not
// told; days and yes (1) or no (0) are the smallest number where they are not told, but nobody who says nothing opted out.
// returns: chunk: int, party: list[int], customer: list[int], prospect: list[int], guarantor: list[int], referrer: list[int], birth_day: list[int], customer_since: list[int], registered_on: list[int], listed: list[int], marketing_opt_out: list[int], kind: list[str], industry: list[str], company_kind: list[str], size: list[str], country: list[str], gender: list[str], occupation: list[str], segment: list[str], rating: list[str], risk_class: list[str]
MATCH (p:Party)
WHERE @scope(p)
WITH toInteger(id(p) / 10000) AS chunk, id(p) AS party, labels(p) AS roles, p {.kind, .birth_day, .customer_since,
  .registered_on, .listed, .marketing_opt_out, .industry, .company_kind, .size, .country, .gender, .occupation, .segment,
  .rating, .risk_class} AS p
RETURN chunk, collect(party) AS party, collect(CASE WHEN 'Customer' IN roles THEN 1 ELSE 0 END) AS customer,
  collect(CASE WHEN 'Prospect' IN roles THEN 1 ELSE 0 END) AS prospect,
  collect(CASE WHEN 'Guarantor' IN roles THEN 1 ELSE 0 END) AS guarantor,
  collect(CASE WHEN 'Referrer' IN roles THEN 1 ELSE 0 END) AS referrer,
  collect(coalesce(p.birth_day, -9007199254740991)) AS birth_day,
  collect(coalesce(p.customer_since, -9007199254740991)) AS customer_since,
  collect(coalesce(p.registered_on, -9007199254740991)) AS registered_on,
  collect(coalesce(toInteger(p.listed), -9007199254740991)) AS listed,
  collect(CASE WHEN p.marketing_opt_out THEN 1 ELSE 0 END) AS marketing_opt_out,
  collect(coalesce(p.kind, '')) AS kind, collect(coalesce(toString(p.industry), '')) AS industry,
  collect(coalesce(toString(p.company_kind), '')) AS company_kind, collect(coalesce(toString(p.size), '')) AS size,
  collect(coalesce(toString(p.country), '')) AS country, collect(coalesce(toString(p.gender), '')) AS gender,
  collect(coalesce(toString(p.occupation), '')) AS occupation, collect(coalesce(toString(p.segment), '')) AS segment,
  collect(coalesce(toString(p.rating), '')) AS rating, collect(coalesce(toString(p.risk_class), '')) AS risk_class
