// Declared groups with their members, and of each member the groups that the current run found it in. A member: its few
// columns and the ids of these groups. Groups by id, from the one after `past`.
// params: past: str, cap: int, most: int
// returns: found: list[map]
MATCH (g:Group)
WHERE g.nearness >= -1 AND g.kind = 'declared' AND g.group_id > $past AND @current(g)
  AND EXISTS { MATCH (p:Party)-[r:MEMBER_OF]->(g:Group) WHERE @visible(r) AND @scope(p) }
WITH g ORDER BY g.group_id LIMIT $cap
CALL {
  WITH g
  MATCH (p:Party)-[r:MEMBER_OF]->(g:Group)
  WHERE @visible(r) AND @scope(p)
  WITH DISTINCT p ORDER BY p.party_id LIMIT $most
  CALL {
    WITH p
    MATCH (p)-[m:MEMBER_OF]->(f:Group)
    WHERE @visible(m) AND @current(f) AND f.kind IN ['control', 'connected']
    WITH f ORDER BY f.group_id
    RETURN collect(DISTINCT f.group_id) AS found_in
  }
  RETURN collect({party: p {.party_id, .name, .name_en, .kind}, found_in: found_in}) AS members
}
WITH g, members ORDER BY g.group_id
RETURN collect({group: properties(g), members: members}) AS found
