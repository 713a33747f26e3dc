// Who looks after parties on a day or later, as open now; row.key is the party's id. `source_key` is the record of it that
// counts first. A link is unpublished where a load or run that is still going on opened or closed it.
// mode: write
// params: day: int, unpublished: list[int]
// returns: party_id: str, name: str, source_key: str, links: list[map]
UNWIND $rows AS row
MATCH (p:Party {party_id: row.key})
WHERE p.seq_out = $open_seq
WITH p,
  head(COLLECT { MATCH (s:SourceRecord)-[i:IDENTIFIES]->(p)
    WHERE i.seq_out = $open_seq
    RETURN s.record_id ORDER BY coalesce(s.priority, 1000), s.record_id LIMIT 1 }) AS source_key,
  COLLECT { MATCH (p)-[r:MANAGED_BY]->(m:RelationshipManager)
    WHERE r.valid_to > $day AND r.status <> 'rebutted' AND (r.seq_out = $open_seq OR r.seq_out IN $unpublished)
    RETURN {id: r.id, seq_in: r.seq_in, valid_from: r.valid_from, valid_to: r.valid_to, role: r.role, from_key: r.from_key,
      manager_id: m.manager_id, name: m.name, code: m.code,
      unpublished: r.seq_in IN $unpublished OR r.seq_out IN $unpublished} ORDER BY r.valid_from, r.id } AS links
RETURN p.party_id AS party_id, coalesce(p.name, p.name_en, p.party_id) AS name, source_key, links
ORDER BY party_id
