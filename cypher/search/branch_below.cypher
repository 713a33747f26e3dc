// A branch (by id, code or name) and all branches below it, in either hierarchy.
// params: branch: str
// returns: branch_id: str
MATCH (top:Branch)
WHERE (top.branch_id = $branch OR top.code = $branch OR top.name = $branch) AND @current(top)
MATCH (top:Branch) ((b1:Branch)<-[u:PART_OF WHERE @visible(u)]-(b2:Branch)){0,8} (b:Branch)
WHERE @current(b)
RETURN DISTINCT b.branch_id AS branch_id
