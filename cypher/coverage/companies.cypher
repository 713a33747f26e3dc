// How many companies the view has, and of how many no owner, yearly figure or payment is known.
// returns: total: int, without_owner: int, without_receipts: int, without_expenditure: int, without_equity: int
MATCH (p:Company)
WHERE @scope(p)
WITH p,
  EXISTS { MATCH (q:Party)-[o:OWNS]->(p:Company) WHERE @visible(o) AND @scope(q) AND @scope(p) } AS owned,
  COLLECT {
    MATCH (p:Company)-[r:HAS_FIGURES]->(y:YearFigures)
    WHERE @scope(p) AND @visible(r) AND @current(y) AND coalesce(y.revenue, y.expenditure, y.equity) IS NOT NULL
    RETURN [y.revenue IS NOT NULL, y.expenditure IS NOT NULL, y.equity IS NOT NULL]
  } AS told,
  EXISTS {
    MATCH (p:Company)-[h:HAS_ACCOUNT]->(a:Account)<-[t:TRANSFERS_TO]-(b:Account)
    WHERE @scope(p) AND @visible(h) AND @visible(t)
  } AS was_paid,
  EXISTS {
    MATCH (p:Company)-[h:HAS_ACCOUNT]->(a:Account)-[t:TRANSFERS_TO]->(b:Account)
    WHERE @scope(p) AND @visible(h) AND @visible(t)
  } AS paid
RETURN count(p) AS total, count(CASE WHEN NOT owned THEN 1 END) AS without_owner,
  count(CASE WHEN NOT was_paid AND NOT any(one IN told WHERE one[0]) THEN 1 END) AS without_receipts,
  count(CASE WHEN NOT paid AND NOT any(one IN told WHERE one[1]) THEN 1 END) AS without_expenditure,
  count(CASE WHEN NOT any(one IN told WHERE one[2]) THEN 1 END) AS without_equity
