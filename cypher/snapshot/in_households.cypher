// Which households parties live in, as columns.
// returns: chunk: int, party: list[int], household_id: list[str]
MATCH (p)-[r:MEMBER_OF]->(h:Household)
WHERE @visible(r) AND @system(p) AND @current(h)
WITH toInteger(id(r) / 10000) AS chunk, id(p) AS party, h.household_id AS household_id
RETURN chunk, collect(party) AS party, collect(household_id) AS household_id
