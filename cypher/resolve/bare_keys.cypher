// Parties whose source records carry these bare keys, in whatever system; several systems may use one number.
// params: ids: list[str]
// returns: id: str, party_id: str, name: str, name_en: str, kind: str, record_id: str
UNWIND $ids AS id
MATCH (s:SourceRecord {key: id})-[r:IDENTIFIES]->(p:Party)
WHERE @visible(r) AND @current(s) AND @scope(p)
RETURN id, p.party_id AS party_id, p.name AS name, p.name_en AS name_en, p.kind AS kind, s.record_id AS record_id
