// Parties that source records with these keys (`source:table:key`) identify.
// A list holds: id, party id, name, English name, kind.
// params: ids: list[str]
// returns: found: list[list]
UNWIND $ids AS id
MATCH (s:SourceRecord {record_id: id})-[r:IDENTIFIES]->(p:Party)
WHERE @visible(r) AND @current(s) AND @scope(p)
RETURN collect(DISTINCT [id, p.party_id, p.name, p.name_en, p.kind]) AS found
