// Groups that the last run found and tested, and of which no member is in a group that a source declares, the nearest to a
// limit first.
// params: cap: int, count_cap: int, most: int
// returns: total: int, groups: list[map]
MATCH (g:Group)
USING INDEX g:Group(nearness)
WHERE g.nearness >= 0 AND g.kind IN ['control', 'connected'] AND @current(g)
  AND EXISTS { MATCH (p:Party)-[r:MEMBER_OF]->(g:Group) WHERE @visible(r) AND @scope(p) }
  AND NOT EXISTS { MATCH (d:Group)<-[m:MEMBER_OF]-(q:Party)-[s:MEMBER_OF]->(g:Group)
    WHERE d.kind = 'declared' AND @current(d) AND @visible(m) AND @visible(s) AND @scope(q) }
WITH g ORDER BY g.nearness DESC, g.group_id LIMIT $count_cap
WITH collect(g) AS found
WITH size(found) AS total, found[..$cap] AS found
CALL {
  WITH found
  UNWIND found AS g
  CALL {
    WITH g
    MATCH (p:Party)-[r:MEMBER_OF]->(g:Group)
    WHERE @visible(r) AND @scope(p)
    WITH DISTINCT p ORDER BY p.party_id LIMIT $count_cap
    WITH collect(p {.party_id, .name, .name_en, .kind}) AS members
    RETURN size(members) AS size, members[..$most] AS members
  }
  WITH g, size, members ORDER BY g.nearness DESC, g.group_id
  RETURN collect({group: properties(g), total: size, members: members}) AS groups
}
RETURN total, groups
