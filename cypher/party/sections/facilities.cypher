// Credit contracts, each with the drawdowns under it and its collateral, the latest maturity first.
// section: p
// params: cap: int, count_cap: int
// returns: row: map
MATCH (p)-[r:BORROWS]->(n:Facility)
WHERE @visible(r) AND @current(n)
WITH r, n ORDER BY coalesce(n.matures_on, 0) DESC, r.id LIMIT $count_cap
WITH collect(r) AS links, collect(n) AS others, collect(DISTINCT r.source) AS sources
UNWIND range(0, size(links[..$cap]) - 1) AS i
WITH size(links) AS total, sources, links[i] AS link, others[i] AS other
WITH total, sources, {link: properties(link), type: type(link), other: properties(other),
  drawdowns: COLLECT { MATCH (d:Drawdown)-[u:DRAWN_UNDER]->(other:Facility) WHERE @visible(u) AND @current(d)
    RETURN properties(d) AS drawdown ORDER BY coalesce(d.matures_on, 0) DESC, d.drawdown_id LIMIT $cap },
  drawdown_count: COUNT { MATCH (e:Drawdown)-[v:DRAWN_UNDER]->(other:Facility) WHERE @visible(v) AND @current(e)
    RETURN e LIMIT $count_cap },
  collateral: COLLECT { MATCH (other:Facility)-[s:SECURED_BY]->(c:Collateral) WHERE @visible(s) AND @current(c)
    RETURN {link: properties(s), other: properties(c)} AS security ORDER BY s.id LIMIT $cap }} AS found
RETURN {total: coalesce(max(total), 0), sources: coalesce(head(collect(sources)), []), rows: collect(found)} AS row
