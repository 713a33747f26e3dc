// What groups are called, also those that are dissolved: kind, own name, first head, and whether the asker may see one of
// its members today.
// params: ids: list[str]
// returns: found: list[map]
UNWIND $ids AS id
MATCH (g:Group {group_id: id})
WITH g, $scope_all OR EXISTS { MATCH (p:Party)-[r:MEMBER_OF]->(g:Group) WHERE @visible(r) AND @scope(p) } AS seen
RETURN collect(g {.group_id, .kind, .name, .head_id, seen: seen}) AS found
