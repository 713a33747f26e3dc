// Parties that carry these values of `uscc`, themselves or on a source record.
// A list holds: id, party id, name, English name, kind.
// params: ids: list[str]
// returns: found: list[list]
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
RETURN collect(DISTINCT [id, p.party_id, p.name, p.name_en, p.kind]) AS found
