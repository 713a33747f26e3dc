// Names of parties, as columns.
// params: ids: list[str]
// returns: chunk: int, party_ids: list[str], names: list[str]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
WITH toInteger(id(p) / 10000) AS chunk, p
RETURN chunk, collect(p.party_id) AS party_ids, collect(coalesce(p.name, p.name_en, p.party_id)) AS names
