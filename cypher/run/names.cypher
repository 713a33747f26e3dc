// Names of parties, as columns.
// params: ids: list[str]
// returns: party_ids: list[str], names: list[str]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
RETURN collect(p.party_id) AS party_ids, collect(coalesce(p.name, p.name_en, p.party_id)) AS names
