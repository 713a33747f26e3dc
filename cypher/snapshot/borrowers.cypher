// Who owes each credit contract of the view, as columns.
// returns: chunk: int, facility: list[int], party: list[int]
MATCH (p)-[r:BORROWS]->(f:Facility)
WHERE @visible(r) AND @system(p) AND @current(f)
WITH toInteger(id(r) / 10000) AS chunk, id(f) AS facility, id(p) AS party
RETURN chunk, collect(facility) AS facility, collect(party) AS party
