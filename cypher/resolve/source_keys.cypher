// Parties that source records with these keys (`source:table:key`) identify.
// params: ids: list[str]
// returns: id: str, party_id: str, name: str, name_en: str, kind: str
UNWIND $ids AS id
MATCH (s:SourceRecord {record_id: id})-[r:IDENTIFIES]->(p:Party)
WHERE @visible(r) AND @current(s) AND @scope(p)
RETURN id, p.party_id AS party_id, p.name AS name, p.name_en AS name_en, p.kind AS kind
