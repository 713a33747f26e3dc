// The ids of the parties that an asker with a narrower scope may see: as many as lie in it.
// returns: ids: list[str]
MATCH (p:Party)
WHERE @scope(p)
RETURN collect(p.party_id) AS ids
