// One party with its attributes: what every section of its 360 hangs on. No row where nothing visible has the id.
// params: party_id: str
// returns: party_id: str, labels: list[str], attributes: map
MATCH (p:Party {party_id: $party_id})
WHERE @scope(p)
RETURN p.party_id AS party_id, labels(p) AS labels, properties(p) AS attributes
