// The source key that each party is best known by: of its records, the leading source's first.
// params: ids: list[str]
// returns: party_id: str, source_key: str
UNWIND $ids AS id
MATCH (s:SourceRecord)-[r:IDENTIFIES]->(p:Party {party_id: id})
WHERE @visible(r) AND @current(s) AND @scope(p)
WITH id, s.record_id AS source_key ORDER BY coalesce(s.priority, 1000), s.record_id
RETURN id AS party_id, head(collect(source_key)) AS source_key
