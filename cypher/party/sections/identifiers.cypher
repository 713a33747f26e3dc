// Phones, addresses and e-mails, and by how many visible parties each is shared (counted up to 100).
// section: p
// params: cap: int, count_cap: int
// returns: row: map
MATCH (p)-[r:HAS_IDENTIFIER]->(n:Identifier)
WHERE @visible(r) AND @current(n)
WITH r, n ORDER BY n.kind, r.id LIMIT $count_cap
WITH collect(r) AS links, collect(n) AS others, collect(DISTINCT r.source) AS sources
UNWIND range(0, size(links[..$cap]) - 1) AS i
WITH size(links) AS total, sources, links[i] AS link, others[i] AS other
WITH total, sources, {link: properties(link), type: type(link), other: properties(other),
  shared_by: COUNT { MATCH (other:Identifier)<-[h:HAS_IDENTIFIER]-(o:Party) WHERE @visible(h) AND @scope(o) RETURN o LIMIT 101 }} AS found
RETURN {total: coalesce(max(total), 0), sources: coalesce(head(collect(sources)), []), rows: collect(found)} AS row
