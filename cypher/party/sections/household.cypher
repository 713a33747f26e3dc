// The household it lives in, with the other members.
// section: p
// params: cap: int, count_cap: int
// returns: row: map
MATCH (p)-[r:MEMBER_OF]->(n:Household)
WHERE @visible(r) AND @current(n)
WITH r, n ORDER BY n.household_id, r.id LIMIT $count_cap
WITH collect(r) AS links, collect(n) AS others, collect(DISTINCT r.source) AS sources
UNWIND range(0, size(links[..$cap]) - 1) AS i
WITH size(links) AS total, sources, links[i] AS link, others[i] AS other
WITH total, sources, {link: properties(link), type: type(link), other: properties(other),
  members: COLLECT { MATCH (other:Household)<-[m:MEMBER_OF]-(o:Party) WHERE @visible(m) AND @scope(o) AND o <> p
    RETURN {link: properties(m), other: {party_id: o.party_id, name: o.name, name_en: o.name_en, kind: o.kind}} AS member
    ORDER BY o.party_id LIMIT $cap }} AS found
RETURN {total: coalesce(max(total), 0), sources: coalesce(head(collect(sources)), []), rows: collect(found)} AS row
