// The roles of parties, as columns: customer, prospect, guarantor, referrer.
// returns: chunk: int, party: list[int], value: list[str]
MATCH (p:Party)
WHERE @scope(p)
UNWIND [role IN ['Customer', 'Prospect', 'Guarantor', 'Referrer'] WHERE role IN labels(p)] AS role
WITH toInteger(id(p) / 10000) AS chunk, id(p) AS party, toLower(role) AS value
RETURN chunk, collect(party) AS party, collect(value) AS value
