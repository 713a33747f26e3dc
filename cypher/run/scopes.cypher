// The tokens that say who may see parties, with the server's numbers of their nodes.
// params: ids: list[str]
// returns: party_id: str, node: int, scope: list[str]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
RETURN p.party_id AS party_id, id(p) AS node, coalesce(p.scope, []) AS scope
