// The bank's units and staff with their names, what stands under what in one hierarchy, and who was in which team when:
// [manager, team, from, to].
// params: hierarchy: str
// returns: branches: list[map], teams: list[map], managers: list[map], products: list[map], parts: list[list[str]], members: list[list]
RETURN
  COLLECT { MATCH (b:Branch) WHERE @current(b) RETURN {id: b.branch_id, name: coalesce(b.name, b.name_en), code: b.code} } AS branches,
  COLLECT { MATCH (t:Team) WHERE @current(t) RETURN {id: t.team_id, name: t.name} } AS teams,
  COLLECT { MATCH (m:RelationshipManager) WHERE @current(m) RETURN {id: m.manager_id, name: m.name, code: m.code} } AS managers,
  COLLECT { MATCH (g:Product) WHERE @current(g) RETURN {id: g.product_id, name: coalesce(g.name, g.name_en), code: g.code} } AS products,
  COLLECT { MATCH (x:Branch|Team)-[u:PART_OF]->(y:Branch|Team)
    WHERE @visible(u) AND @current(x) AND @current(y) AND u.hierarchy = $hierarchy
    RETURN DISTINCT [coalesce(x.branch_id, x.team_id), coalesce(y.branch_id, y.team_id)] } AS parts,
  COLLECT { MATCH (n:RelationshipManager)-[v:PART_OF]->(w:Team)
    WHERE @known(v) AND v.status <> 'rebutted' AND @current(n) AND @current(w)
    RETURN DISTINCT [n.manager_id, w.team_id, v.valid_from, v.valid_to] } AS members
