// Groups it belongs to, declared by the source or found by the current run.
// section: p
// params: cap: int, count_cap: int
// returns: row: map
MATCH (p)-[r:MEMBER_OF]->(n:Group)
WHERE @visible(r) AND @current(n)
WITH r, n ORDER BY n.kind, n.group_id, r.id LIMIT $count_cap
WITH collect(r) AS links, collect(n) AS others, collect(DISTINCT r.source) AS sources
UNWIND range(0, size(links[..$cap]) - 1) AS i
WITH size(links) AS total, sources, links[i] AS link, others[i] AS other
WITH total, sources, {link: properties(link), type: type(link), other: properties(other),
  members: COUNT { MATCH (other:Group)<-[m:MEMBER_OF]-(o:Party) WHERE @visible(m) AND @scope(o) RETURN o LIMIT $count_cap },
  head: head(COLLECT { MATCH (other:Group)<-[h:MEMBER_OF]-(q:Party) WHERE h.role = 'head' AND @visible(h) AND @scope(q)
    RETURN {party_id: q.party_id, name: q.name, name_en: q.name_en, kind: q.kind} AS first ORDER BY q.party_id LIMIT 1 })
  } AS found
RETURN {total: coalesce(max(total), 0), sources: coalesce(head(collect(sources)), []), rows: collect(found)} AS row
