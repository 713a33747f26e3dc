// Members of all groups of the view.
// returns: group_id: str, party_id: str, role: str, kind: str, status: str
MATCH (p:Party)-[r:MEMBER_OF]->(g:Group)
WHERE @visible(r) AND @current(g) AND @scope(p)
RETURN g.group_id AS group_id, p.party_id AS party_id, coalesce(r.role, 'member') AS role, g.kind AS kind, r.status AS status
ORDER BY group_id, party_id
