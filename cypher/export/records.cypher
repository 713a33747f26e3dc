// The source records as columns of some of their properties, with the id and kind of the party that each describes; one
// share of them a call.
// params: columns: list[str], share: int, shares: int
// returns: chunk: int, columns: list[list]
MATCH (s:SourceRecord)-[r:IDENTIFIES]->(p:Party)
WHERE id(s) % $shares = $share AND @known(r) AND @current(s) AND @system(p)
WITH id(s) / (20000 * $shares) AS chunk, collect([s, p]) AS pairs
WITH chunk, [pair IN pairs | properties(pair[0])] AS rows, [pair IN pairs | pair[1].party_id] AS parties,
  [pair IN pairs | pair[1].kind] AS kinds
RETURN chunk, [name IN $columns | [row IN rows | row[name]]] + [parties, kinds] AS columns
