// What a group's node holds, also of one that has ended: what the last run found of its exposure.
// params: group_id: str
// returns: group: map
MATCH (g:Group {group_id: $group_id})
WHERE g.seq_in <= $seq AND NOT g.seq_in IN $pending
RETURN properties(g) AS group
