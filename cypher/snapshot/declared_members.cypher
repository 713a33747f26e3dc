// Members of the groups that sources declare, as columns.
// returns: chunk: int, group_id: list[str], party: list[int]
MATCH (p)-[r:MEMBER_OF]->(g:Group)
WHERE g.kind = 'declared' AND @current(g) AND @visible(r) AND @system(p)
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, g.group_id AS group_id
RETURN chunk, collect(group_id) AS group_id, collect(party) AS party
