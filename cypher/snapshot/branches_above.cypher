// Every branch with itself and all that it stands under, in either hierarchy, as columns.
// returns: chunk: int, branch: list[str], above: list[str]
MATCH (b:Branch) ((b1:Branch)-[u:PART_OF WHERE @visible(u)]->(b2:Branch)){0,8} (top:Branch)
WHERE @current(b) AND @current(top)
WITH DISTINCT b.branch_id AS branch, top.branch_id AS above
RETURN 0 AS chunk, collect(branch) AS branch, collect(above) AS above
