// The links to telephones, addresses and e-mails as columns of some of their properties, with the kind and text of each;
// one share of them a call.
// params: columns: list[str], share: int, shares: int
// returns: chunk: int, columns: list[list]
MATCH (p:Party)-[r:HAS_IDENTIFIER]->(i:Identifier)
WHERE id(r) % $shares = $share AND @known(r) AND @system(p)
WITH id(r) / (20000 * $shares) AS chunk, collect([r, i]) AS pairs
WITH chunk, [pair IN pairs | properties(pair[0])] AS rows, [pair IN pairs | pair[1].kind] AS kinds,
  [pair IN pairs | coalesce(pair[1].text, pair[1].value)] AS texts
RETURN chunk, [name IN $columns | [row IN rows | row[name]]] + [kinds, texts] AS columns
