// Services and contracts that it has signed for, the latest first.
// section: p
// params: cap: int, count_cap: int
// returns: row: map
MATCH (p)-[r:INVOLVED_IN]->(n:Event)
WHERE n.event_kind = 'signing' AND @visible(r) AND @current(n)
WITH r, n ORDER BY coalesce(n.at, 0) DESC, r.id LIMIT $count_cap
WITH collect(r) AS links, collect(n) AS others, collect(DISTINCT r.source) AS sources
RETURN {total: size(links), sources: sources, rows: [i IN range(0, size(links[..$cap]) - 1) |
  {link: properties(links[i]), type: type(links[i]), other: properties(others[i])}]} AS row
