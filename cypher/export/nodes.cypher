// The loaded nodes of a label as columns of some of their properties, one share of them a call.
// each: node
// params: columns: list[str], share: int, shares: int
// returns: chunk: int, columns: list[list]
MATCH (n:@Label)
WHERE id(n) % $shares = $share AND @current(n) AND n.run_id IS NULL AND @system(n)
WITH n, id(n) / (20000 * $shares) AS chunk
WITH chunk, collect(n) AS nodes
WITH chunk, [node IN nodes | properties(node)] AS rows
RETURN chunk, [name IN $columns | [row IN rows | row[name]]] AS columns
