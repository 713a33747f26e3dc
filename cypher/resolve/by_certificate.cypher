// Parties that carry these values of `certificate`, themselves or on a source record.
// params: ids: list[str]
// returns: id: str, party_id: str, name: str, name_en: str, kind: str
UNWIND $ids AS id
CALL {
  WITH id
  MATCH (p:Party {certificate: id})
  WHERE @scope(p)
  RETURN p
  UNION
  WITH id
  MATCH (s:SourceRecord {certificate: id})-[r:IDENTIFIES]->(p:Party)
  WHERE @visible(r) AND @current(s) AND @scope(p)
  RETURN p
}
RETURN DISTINCT id, p.party_id AS party_id, p.name AS name, p.name_en AS name_en, p.kind AS kind
