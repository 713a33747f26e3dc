// The party that a network is drawn around.
// params: party_id: str
// returns: node: map
MATCH (p:Party {party_id: $party_id})
WHERE @scope(p)
RETURN {element: elementId(p), id: p.party_id, labels: labels(p), name: p.name, name_en: p.name_en, kind: p.kind} AS node
