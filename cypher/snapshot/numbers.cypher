// A whole number, day, or yes (1) or no (0) that is an attribute of parties, as columns; parties without it have no row.
// params: attribute: str
// returns: chunk: int, party: list[int], value: list[int]
MATCH (p:Party)
WHERE p[$attribute] IS NOT NULL AND @scope(p)
WITH toInteger(id(p) / 10000) AS chunk, id(p) AS party, toInteger(p[$attribute]) AS value
RETURN chunk, collect(party) AS party, collect(value) AS value
