// Groups of a kind as columns, with the digest of what runs found of them (0: nothing yet); `open` are those of the view.
// params: kind: str
// returns: chunk: int, group_id: list[str], digest: list[int], open: list[bool]
MATCH (g:Group)
WHERE g.kind = $kind
WITH toInteger(id(g) / 10000) AS chunk, g
RETURN chunk, collect(g.group_id) AS group_id, collect(coalesce(g.run_digest, 0)) AS digest, collect(@current(g)) AS open
