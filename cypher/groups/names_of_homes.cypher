// Of households and families, also those that are dissolved: kind, first head, and whether the asker may see one of its members
// today.
// params: ids: list[str]
// returns: found: list[map]
UNWIND $ids AS id
CALL {
  WITH id MATCH (g:Household {household_id: id}) RETURN g, 'household' AS kind
  UNION ALL
  WITH id MATCH (g:Family {family_id: id}) RETURN g, 'family' AS kind
}
WITH id, g, kind, $scope_all OR EXISTS { MATCH (p:Party)-[r:MEMBER_OF]->(g:Household|Family) WHERE @visible(r) AND @scope(p) } AS seen
RETURN collect({group_id: id, kind: kind, head_id: g.head_id, seen: seen}) AS found
