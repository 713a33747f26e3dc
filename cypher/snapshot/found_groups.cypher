// Groups of a kind that runs ever derived, as columns; `open` are those of the view.
// params: kind: str
// returns: chunk: int, group_id: list[str], head_id: list[str], size: list[int], name: list[str], open: list[bool]
MATCH (g:Group)
WHERE g.kind = $kind
WITH toInteger(id(g) / 10000) AS chunk, g
RETURN chunk, collect(g.group_id) AS group_id, collect(coalesce(g.head_id, '')) AS head_id,
  collect(coalesce(g.size, -1)) AS size, collect(coalesce(g.name, '')) AS name,
  collect(@current(g)) AS open
