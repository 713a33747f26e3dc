// Credit contracts that are classified below normal, and drawdowns that are or are overdue, the largest balance first.
// section: p
// params: cap: int, count_cap: int
// returns: row: map
MATCH (p)-[r:BORROWS]->(f:Facility)
WHERE @visible(r) AND @current(f)
WITH r, f, CASE WHEN NOT coalesce(f.classification, 'pass') IN ['pass', 'normal'] THEN [properties(f)] ELSE [] END +
  COLLECT { MATCH (d:Drawdown)-[u:DRAWN_UNDER]->(f:Facility)
    WHERE @visible(u) AND @current(d) AND (d.overdue_days > 0 OR NOT coalesce(d.classification, 'pass') IN ['pass', 'normal'])
    RETURN properties(d) AS drawdown ORDER BY d.drawdown_id LIMIT $count_cap } AS bad
UNWIND bad AS one
WITH r, one ORDER BY coalesce(one.balance, one.drawn_amount, -1) DESC, coalesce(one.drawdown_id, one.facility_id), r.id
LIMIT $count_cap
WITH collect(r) AS links, collect(one) AS others, collect(DISTINCT r.source) AS sources
RETURN {total: size(links), sources: sources, rows: [i IN range(0, size(links[..$cap]) - 1) |
  {link: properties(links[i]), type: type(links[i]), other: others[i]}]} AS row
