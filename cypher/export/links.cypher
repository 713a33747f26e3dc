// The loaded links of a type between two labels as columns of some of their properties, whatever their day and status;
// one share of them a call, so that the server never gathers all at once. Where a person decided, the status is that which
// the source gives; decided: how many of them.
// each: ends
// params: columns: list[str], share: int, shares: int
// returns: chunk: int, columns: list[list], decided: int
MATCH (a:@From)-[r:@Type]->(b:@To)
WHERE id(r) % $shares = $share AND @known(r) AND r.source <> 'run' AND @system(a) AND @system(b)
WITH id(r) / (20000 * $shares) AS chunk, collect(r) AS links
WITH chunk, [link IN links | link {.*, status: coalesce(link.stated, link.status)}] AS rows
RETURN chunk, [name IN $columns | [row IN rows | row[name]]] AS columns,
  size([row IN rows WHERE row.stated IS NOT NULL]) AS decided
