// Control groups that runs ever derived, as columns; `open` are those of the view.
// returns: chunk: int, group_id: list[str], head_id: list[str], size: list[int], name: list[str], open: list[bool]
MATCH (g:Group)
WHERE g.kind = 'control'
WITH toInteger(id(g) / 10000) AS chunk, g
RETURN chunk, collect(g.group_id) AS group_id, collect(coalesce(g.head_id, '')) AS head_id,
  collect(coalesce(g.size, -1)) AS size, collect(coalesce(g.name, '')) AS name,
  collect(@current(g)) AS open
