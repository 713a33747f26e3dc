// Branches that keep it, and what stands above each in either hierarchy.
// section: p
// params: cap: int, count_cap: int
// returns: row: map
MATCH (p)-[r:BELONGS_TO]->(n:Branch)
WHERE @visible(r) AND @current(n)
WITH r, n ORDER BY n.code, r.id LIMIT $count_cap
WITH collect(r) AS links, collect(n) AS others, collect(DISTINCT r.source) AS sources
UNWIND range(0, size(links[..$cap]) - 1) AS i
WITH size(links) AS total, sources, links[i] AS link, others[i] AS other
WITH total, sources, {link: properties(link), type: type(link), other: properties(other),
  above: COLLECT {
    MATCH (other:Branch) ((b1:Branch|Team)-[u:PART_OF WHERE @visible(u)]->(b2:Branch|Team)){1,8} (top:Branch|Team)
    WHERE all(step IN u WHERE step.hierarchy = head(u).hierarchy)
    RETURN {name: top.name, hierarchy: head(u).hierarchy, id: coalesce(top.branch_id, top.team_id), steps: size(u)} AS unit
    ORDER BY unit.hierarchy, unit.steps LIMIT $cap }} AS found
RETURN {total: coalesce(max(total), 0), sources: coalesce(head(collect(sources)), []), rows: collect(found)} AS row
