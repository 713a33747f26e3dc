// All holdings of the view, as columns: ends (the database's own numbers, for one transaction), shares (-1 unknown).
// returns: chunk: int, from_node: list[int], to_node: list[int], id: list[str], source: list[str], share: list[float], votes: list[float], share_min: list[float], share_max: list[float]
MATCH (a:Party)-[r:OWNS]->(b:Party)
WHERE @visible(r) AND @system(a) AND @system(b)
WITH a, b, r, id(r) / 20000 AS chunk
RETURN chunk, collect(id(a)) AS from_node, collect(id(b)) AS to_node, collect(r.id) AS id,
  collect(coalesce(r.source, '')) AS source, collect(coalesce(r.share, -1.0)) AS share, collect(coalesce(r.votes, -1.0)) AS votes,
  collect(coalesce(r.share_min, -1.0)) AS share_min, collect(coalesce(r.share_max, -1.0)) AS share_max
