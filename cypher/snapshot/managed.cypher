// Which relationship managers look after parties, as columns; 1 for the main manager.
// returns: chunk: int, party: list[int], value: list[str], main: list[int]
MATCH (p)-[r:MANAGED_BY]->(m:RelationshipManager)
WHERE @visible(r) AND @system(p) AND @current(m)
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, m.manager_id AS value, CASE r.role WHEN 'main' THEN 1 ELSE 0 END AS main
RETURN chunk, collect(party) AS party, collect(value) AS value, collect(main) AS main
