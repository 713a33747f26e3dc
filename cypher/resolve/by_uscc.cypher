// Parties that carried these values of `uscc` at the view, themselves or on a source record: what replaced another one since does
// not count.
// A list holds: id, party id, name, English name, kind.
// params: ids: list[str]
// returns: found: list[list]
UNWIND $ids AS id
CALL {
  WITH id
  MATCH (p:Party {uscc: id})
  WHERE @scope(p)
  RETURN p, p.party_id AS carrier
  UNION
  WITH id
  MATCH (s:SourceRecord {uscc: id})-[r:IDENTIFIES]->(p:Party)
  WHERE @visible(r) AND @current(s) AND @scope(p)
  RETURN p, s.record_id AS carrier
}
WITH id, p, COLLECT { MATCH (v:Version {of_key: carrier})
  WHERE (v.seq_out > $seq OR v.seq_out IN $pending) AND v.values CONTAINS '"uscc": '
  RETURN v.values AS was ORDER BY v.seq_out LIMIT 1 } AS before
WHERE before = [] OR before[0] CONTAINS '"uscc": "' + id + '"'
RETURN collect(DISTINCT [id, p.party_id, p.name, p.name_en, p.kind]) AS found
