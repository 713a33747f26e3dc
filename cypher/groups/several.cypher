// Some groups with their figures and their members, of each at most `most`; `total` is the true number, exact to `count_cap`.
// params: ids: list[str], most: int, count_cap: int
// returns: found: list[map]
UNWIND $ids AS id
MATCH (g:Group {group_id: id})
WHERE @current(g)
CALL {
  WITH g
  MATCH (p:Party)-[r:MEMBER_OF]->(g:Group)
  WHERE @visible(r) AND @scope(p)
  WITH DISTINCT p ORDER BY p.party_id LIMIT $count_cap
  WITH collect(p {.party_id, .name, .name_en, .kind}) AS members
  RETURN size(members) AS total, members[..$most] AS members
}
WITH g, total, members ORDER BY g.group_id
RETURN collect({group: properties(g), total: total, members: members}) AS found
