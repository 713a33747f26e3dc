// Names of parties, and the tokens that say who may see them.
// params: ids: list[str]
// returns: party_id: str, name: str, scope: list[str]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
RETURN p.party_id AS party_id, coalesce(p.name, p.name_en, p.party_id) AS name, coalesce(p.scope, []) AS scope
