// Which relationship managers look after parties, or did or will, as columns: 1 for the main manager, the first day, and the day
// after the last.
// returns: chunk: int, party: list[int], manager: list[str], main: list[int], since: list[int], until: list[int]
MATCH (p)-[r:MANAGED_BY]->(m:RelationshipManager)
WHERE @known(r) AND r.status <> 'rebutted' AND @system(p) AND @current(m)
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, m.manager_id AS manager, r {.role, .valid_from, .valid_to} AS r
RETURN chunk, collect(party) AS party, collect(manager) AS manager, collect(CASE r.role WHEN 'main' THEN 1 ELSE 0 END) AS main,
  collect(r.valid_from) AS since, collect(r.valid_to) AS until
