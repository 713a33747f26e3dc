// Which groups of any kind parties are members of, as columns.
// returns: chunk: int, party: list[int], group_id: list[str], kind: list[str]
MATCH (p)-[r:MEMBER_OF]->(g:Group)
WHERE @visible(r) AND @system(p) AND @current(g)
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, g.group_id AS group_id, coalesce(g.kind, '') AS kind
RETURN chunk, collect(party) AS party, collect(group_id) AS group_id, collect(kind) AS kind
