// Parties that carry these values of `certificate`, themselves or on a source record.
// A list holds: id, party id, name, English name, kind.
// params: ids: list[str]
// returns: found: list[list]
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
RETURN collect(DISTINCT [id, p.party_id, p.name, p.name_en, p.kind]) AS found
