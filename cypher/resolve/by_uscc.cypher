// Parties that carry these values of `uscc`, themselves or on a source record.
// params: ids: list[str]
// returns: id: str, party_id: str, name: str, name_en: str, kind: str
UNWIND $ids AS id
CALL {
  WITH id
  MATCH (p:Party {uscc: id})
  WHERE @scope(p)
  RETURN p
  UNION
  WITH id
  MATCH (s:SourceRecord {uscc: id})-[r:IDENTIFIES]->(p:Party)
  WHERE @visible(r) AND @current(s) AND @scope(p)
  RETURN p
}
RETURN DISTINCT id, p.party_id AS party_id, p.name AS name, p.name_en AS name_en, p.kind AS kind
