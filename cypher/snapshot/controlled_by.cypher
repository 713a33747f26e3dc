// Links of control that earlier runs derived and that are open, as columns.
// returns: chunk: int, link: list[str], seq_in: list[int], from_key: list[str], to_key: list[str], controlled: list[int], controller: list[int], basis: list[str], votes: list[int]
MATCH (a)-[r:CONTROLLED_BY]->(b)
WHERE @known(r) AND @system(a) AND @system(b)
WITH toInteger(id(r) / 10000) AS chunk, r, id(a) AS controlled, id(b) AS controller
RETURN chunk, collect(r.id) AS link, collect(r.seq_in) AS seq_in, collect(coalesce(r.from_key, '')) AS from_key, collect(coalesce(r.to_key, '')) AS to_key,
  collect(controlled) AS controlled, collect(controller) AS controller, collect(coalesce(r.basis, '')) AS basis,
  collect(coalesce(toInteger(round(r.votes * 1000000000)), -1)) AS votes
