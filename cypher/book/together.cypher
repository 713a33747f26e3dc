// Groups and households that customers of a manager belong to, with the other managers of their members, at most
// `cap` of each.
// params: manager_id: str, cap: int
// returns: found: list[map]
MATCH (p:Party)-[r:MANAGED_BY]->(m:RelationshipManager {manager_id: $manager_id})
WHERE @visible(r) AND @scope(p)
WITH DISTINCT p
MATCH (p)-[o:MEMBER_OF]->(g:Group|Household)
WHERE @visible(o) AND @current(g)
WITH g, collect(DISTINCT p.party_id) AS own
WITH g, own,
  head(COLLECT { MATCH (h:Party {party_id: g.head_id}) WHERE @scope(h) RETURN h {.party_id, .name, .name_en, .kind} }) AS first,
  COLLECT { MATCH (q:Party)-[a:MEMBER_OF]->(g:Group|Household)
    WHERE @visible(a) AND @scope(q)
    MATCH (q)-[b:MANAGED_BY]->(n:RelationshipManager)
    WHERE @visible(b) AND @current(n) AND n.manager_id <> $manager_id
    WITH n, count(DISTINCT q) AS members ORDER BY members DESC, n.manager_id LIMIT $cap
    RETURN {manager_id: n.manager_id, name: n.name, code: n.code, members: members} } AS others
RETURN collect({group: g {.group_id, .household_id, .kind, .name}, own: size(own), head: first, others: others}) AS found
