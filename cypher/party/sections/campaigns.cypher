// Campaigns that approached it and what it answered, the latest first.
// section: p
// params: cap: int, count_cap: int
// returns: row: map
MATCH (p)-[r:TARGETED_BY|RESPONDED_TO]->(n:Campaign)
WHERE @visible(r) AND @current(n)
WITH r, n ORDER BY coalesce(r.at, 0) DESC, r.id LIMIT $count_cap
WITH collect(r) AS links, collect(n) AS others, collect(DISTINCT r.source) AS sources
RETURN {total: size(links), sources: sources, rows: [i IN range(0, size(links[..$cap]) - 1) |
  {link: properties(links[i]), type: type(links[i]), other: properties(others[i])}]} AS row
