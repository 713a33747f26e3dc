// What groups are called, also those that are dissolved: kind, own name, first head.
// params: ids: list[str]
// returns: found: list[map]
UNWIND $ids AS id
MATCH (g:Group {group_id: id})
RETURN collect(g {.group_id, .kind, .name, .head_id}) AS found
