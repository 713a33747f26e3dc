// Every party of the view that the asker may see, with its labels.
// returns: party_id: str, name: str, labels: list[str]
MATCH (p:Party)
WHERE @scope(p)
RETURN p.party_id AS party_id, p.name AS name, labels(p) AS labels
