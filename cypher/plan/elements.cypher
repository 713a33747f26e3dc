// The database's own ids of parties, for one transaction after another of the same load.
// mode: write
// returns: party_id: str, element: str
UNWIND $rows AS row
MATCH (p:Party {party_id: row.key})
RETURN p.party_id AS party_id, elementId(p) AS element
