// Which relationship managers look after parties, as columns.
// returns: chunk: int, party: list[int], value: list[str]
MATCH (p)-[r:MANAGED_BY]->(m:RelationshipManager)
WHERE @visible(r) AND @system(p) AND @current(m)
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, m.manager_id AS value
RETURN chunk, collect(party) AS party, collect(value) AS value
