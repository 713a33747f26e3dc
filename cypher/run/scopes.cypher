// The tokens that say who may see parties.
// params: ids: list[str]
// returns: party_id: str, scope: list[str]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
RETURN p.party_id AS party_id, coalesce(p.scope, []) AS scope
