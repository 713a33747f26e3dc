// The families that runs found, as columns, with the digest of what was found of each; `open` are those of the view.
// returns: chunk: int, group_id: list[str], digest: list[int], open: list[bool]
MATCH (g:Family)
WITH toInteger(id(g) / 10000) AS chunk, g
RETURN chunk, collect(g.family_id) AS group_id, collect(coalesce(g.run_digest, 0)) AS digest, collect(@current(g)) AS open
