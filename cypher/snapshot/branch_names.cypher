// All branches of the view, as columns: the id and name of each.
// returns: chunk: int, branch: list[str], name: list[str]
MATCH (b:Branch)
WHERE @current(b)
RETURN 0 AS chunk, collect(b.branch_id) AS branch, collect(coalesce(b.name, '')) AS name
