// All relationship managers of the view, as columns: id, name and staff number of each.
// returns: chunk: int, manager: list[str], name: list[str], staff: list[str]
MATCH (m:RelationshipManager)
WHERE @current(m)
RETURN 0 AS chunk, collect(m.manager_id) AS manager, collect(coalesce(m.name, '')) AS name,
  collect(coalesce(m.code, '')) AS staff
