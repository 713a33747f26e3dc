// The party that a network is drawn around, as the list of network.Node.
// params: party_id: str
// returns: node: list
MATCH (p:Party {party_id: $party_id})
WHERE @scope(p)
RETURN [elementId(p), labels(p), p.party_id, p.name, p.name_en, p.kind] AS node
