// One party's membership in one group, of any kind.
// params: group_id: str, party_id: str
// returns: group: map, link: map
MATCH (p:Party {party_id: $party_id})-[r:MEMBER_OF]->(g:Group {group_id: $group_id})
WHERE @visible(r) AND @scope(p) AND @current(g)
RETURN properties(g) AS group, properties(r) AS link
