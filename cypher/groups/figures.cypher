// What a group's node holds now: what the last run found of its exposure.
// params: group_id: str
// returns: group: map
MATCH (g:Group {group_id: $group_id})
WHERE @current(g)
RETURN properties(g) AS group
