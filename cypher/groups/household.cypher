// One household with its members, the head first; `total` counts the visible ones.
// params: home_id: str, cap: int, count_cap: int
// returns: home: map, total: int, members: list[map]
MATCH (g:Household {household_id: $home_id})
WHERE @current(g)
CALL {
  WITH g
  MATCH (p:Party)-[r:MEMBER_OF]->(g:Household)
  WHERE @visible(r) AND @scope(p)
  WITH r, p, CASE r.role WHEN 'head' THEN 0 WHEN 'member' THEN 1 ELSE 2 END AS place
  ORDER BY place, p.party_id LIMIT $count_cap
  WITH collect(r) AS links, collect(p) AS others
  RETURN size(links) AS total, [i IN range(0, size(links[..$cap]) - 1) | {link: properties(links[i]),
    other: {party_id: others[i].party_id, name: others[i].name, name_en: others[i].name_en, kind: others[i].kind}}] AS members
}
RETURN properties(g) AS home, total, members
