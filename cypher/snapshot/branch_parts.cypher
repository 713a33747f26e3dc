// Every branch with each that it stands directly under, in either hierarchy, as columns; '' where none is above it.
// returns: chunk: int, branch: list[str], above: list[str]
MATCH (b:Branch)
WHERE @current(b)
WITH b.branch_id AS branch, COLLECT { MATCH (b)-[u:PART_OF]->(c:Branch)
  WHERE @visible(u) AND @current(c)
  RETURN DISTINCT c.branch_id } + [''] AS over
UNWIND over AS above
RETURN 0 AS chunk, collect(branch) AS branch, collect(above) AS above
