// Parties that carried these values of `certificate` at the view, themselves or on a source record: what replaced another one since does
// not count.
// A list holds: id, party id, name, English name, kind.
// params: ids: list[str]
// returns: found: list[list]
UNWIND $ids AS id
CALL {
  WITH id
  MATCH (p:Party {certificate: id})
  WHERE @scope(p)
  RETURN p, p.party_id AS carrier
  UNION
  WITH id
  MATCH (s:SourceRecord {certificate: id})-[r:IDENTIFIES]->(p:Party)
  WHERE @visible(r) AND @current(s) AND @scope(p)
  RETURN p, s.record_id AS carrier
}
WITH id, p, COLLECT { MATCH (v:Version {of_key: carrier})
  WHERE (v.seq_out > $seq OR v.seq_out IN $pending) AND v.values CONTAINS '"certificate": '
  RETURN v.values AS was ORDER BY v.seq_out LIMIT 1 } AS before
WHERE before = [] OR before[0] CONTAINS '"certificate": "' + id + '"'
RETURN collect(DISTINCT [id, p.party_id, p.name, p.name_en, p.kind]) AS found
