// The visible members of a group.
// params: group_id: str
// returns: ids: list[str]
MATCH (p:Party)-[r:MEMBER_OF]->(g:Group {group_id: $group_id})
WHERE @visible(r) AND @scope(p) AND @current(g)
RETURN collect(DISTINCT p.party_id) AS ids
