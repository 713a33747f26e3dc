// The families it belongs to (kin across households), with their households and the companies that they control together.
// section: p
// params: cap: int, count_cap: int
// returns: row: map
MATCH (p)-[r:MEMBER_OF]->(n:Family)
WHERE @visible(r) AND @current(n)
WITH r, n ORDER BY n.family_id, r.id LIMIT $count_cap
WITH collect(r) AS links, collect(n) AS others, collect(DISTINCT r.source) AS sources
UNWIND range(0, size(links[..$cap]) - 1) AS i
WITH size(links) AS total, sources, links[i] AS link, others[i] AS other
WITH total, sources, {link: properties(link), type: type(link), other: properties(other),
  members: COUNT { MATCH (other:Family)<-[m:MEMBER_OF]-(o:Party) WHERE @visible(m) AND @scope(o) RETURN o LIMIT $count_cap },
  head: head(COLLECT { MATCH (other:Family)<-[h:MEMBER_OF]-(q:Party) WHERE h.role = 'head' AND @visible(h) AND @scope(q)
    RETURN {party_id: q.party_id, name: q.name, name_en: q.name_en, kind: q.kind} AS first ORDER BY q.party_id LIMIT 1 }),
  companies: COLLECT { MATCH (other:Family)<-[c:MEMBER_OF]-(x:Party) WHERE c.role = 'company' AND @visible(c) AND @scope(x)
    RETURN {party_id: x.party_id, name: x.name, name_en: x.name_en, kind: x.kind} AS company ORDER BY x.party_id LIMIT $cap },
  households: COLLECT { MATCH (other:Family)<-[a:MEMBER_OF]-(y:Party)-[b:MEMBER_OF]->(g:Household)
    WHERE @visible(a) AND @visible(b) AND @scope(y) AND @current(g)
    WITH DISTINCT g ORDER BY g.household_id LIMIT $cap
    RETURN {household_id: g.household_id, members: COLLECT {
      MATCH (other:Family)<-[k:MEMBER_OF]-(w:Party)-[l:MEMBER_OF]->(g:Household)
      WHERE @visible(k) AND @visible(l) AND @scope(w)
      RETURN {party_id: w.party_id, name: w.name, name_en: w.name_en, kind: w.kind} AS person ORDER BY w.party_id LIMIT $cap
    }} AS household }} AS found
RETURN {total: coalesce(max(total), 0), sources: coalesce(head(collect(sources)), []), rows: collect(found)} AS row
