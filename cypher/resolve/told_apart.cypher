// What tells parties of one name apart: kind, day of birth or registration, and the source keys they are known by.
// params: ids: list[str]
// returns: party_id: str, kind: str, birth_day: int, registered_on: int, source_keys: list[str]
UNWIND $ids AS id
MATCH (s:SourceRecord)-[r:IDENTIFIES]->(p:Party {party_id: id})
WHERE @visible(r) AND @current(s) AND @scope(p)
WITH p, s.record_id AS source_key ORDER BY coalesce(s.priority, 1000), s.record_id
RETURN p.party_id AS party_id, p.kind AS kind, p.birth_day AS birth_day, p.registered_on AS registered_on,
  collect(source_key) AS source_keys
