// Customers and what their figures tell, added up over those who have the same keys: their branches, their manager on the
// last day of a span (with whom they count), their segment, or the products that they hold; by month all have none.
// A span is [number, year, first month, last month, last day], months from 0. Of each: keys, the number of the span, the
// name of the measure, currency, sum, months of customers that are told. The empty name counts the customers themselves.
// params: by: str, years: list[int], names: list[str], spans: list[list[int]]
// returns: found: list[list]
MATCH (p:Customer)
WHERE @scope(p)
WITH p,
  COLLECT { MATCH (p)-[b:BELONGS_TO]->(k:Branch)
    WHERE $by = 'branch' AND @visible(b) AND @current(k)
    RETURN DISTINCT k.branch_id AS key ORDER BY key } AS branches,
  COLLECT { MATCH (p)-[m:MANAGED_BY]->(n:RelationshipManager)
    WHERE $by IN ['manager', 'team'] AND @known(m) AND m.status <> 'rebutted' AND @current(n)
    RETURN [n.manager_id, m.valid_from, m.valid_to]
    ORDER BY CASE m.role WHEN 'main' THEN 0 ELSE 1 END, m.valid_from, n.manager_id } AS managers,
  COLLECT { MATCH (p)-[h:HOLDS]->(g:Product)
    WHERE $by = 'product' AND @visible(h) AND @current(g)
    RETURN DISTINCT g.product_id AS key ORDER BY key } AS products,
  COLLECT { MATCH (p)-[y:HAS_FIGURES]->(f:YearFigures)
    WHERE @visible(y) AND @current(f) AND f.year IN $years AND any(name IN $names WHERE f[name] IS NOT NULL)
    RETURN f } AS figures
UNWIND $spans AS span
WITH figures, span, CASE $by WHEN 'branch' THEN branches WHEN 'product' THEN products WHEN 'month' THEN []
  WHEN 'segment' THEN [coalesce(p.segment, p.kind, '')]
  ELSE [m IN managers WHERE m[1] <= span[4] AND span[4] < m[2] | m[0]][..1] END AS keys
UNWIND $names + [''] AS name
WITH keys, span, name, CASE name WHEN '' THEN [['', 1, 0]] ELSE
  [f IN figures WHERE f.year = span[1] AND size(f[name]) > span[2] |
    [coalesce(f.currency, ''), reduce(total = 0, x IN f[name][span[2]..span[3] + 1] | total + x),
      size(f[name][span[2]..span[3] + 1])]] END AS told
UNWIND range(0, size(told) - 1) AS at
WITH keys, span[0] AS number, name, told[at][0] AS currency, sum(told[at][1]) AS amount,
  sum(CASE at WHEN 0 THEN reduce(least = 12, one IN told | CASE WHEN one[2] < least THEN one[2] ELSE least END) ELSE 0 END)
    AS months
RETURN collect([keys, number, name, currency, amount, months]) AS found
