// Branches by id, code or name.
// params: branch: str
// returns: branch_id: str
MATCH (b:Branch)
WHERE (b.branch_id = $branch OR b.code = $branch OR b.name = $branch) AND @current(b)
RETURN b.branch_id AS branch_id
ORDER BY branch_id
