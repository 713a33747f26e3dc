// What persons decided about two others being one household, of what counts in the view: `together` or `apart`, by party ids. A
// decision goes along with the record that it was made on: the party that this record describes now.
// returns: one: str, other: str, decision: str
MATCH (d:Decision {link_type: 'MEMBER_OF'})
WHERE d.decision IN ['together', 'apart'] AND any(approved IN coalesce(d.approved_seq, []) WHERE approved <= $seq)
  AND coalesce(d.superseded_seq, $seq + 1) > $seq
WITH d,
  COLLECT { MATCH (s:SourceRecord {record_id: d.from_key})-[i:IDENTIFIES]->(p:Party)
    WHERE @visible(i) AND @system(p) RETURN p.party_id AS id } AS start,
  COLLECT { MATCH (t:SourceRecord {record_id: d.to_key})-[j:IDENTIFIES]->(q:Party)
    WHERE @visible(j) AND @system(q) RETURN q.party_id AS id } AS end
RETURN coalesce(start[0], d.from_id) AS one, coalesce(end[0], d.to_id) AS other, d.decision AS decision
ORDER BY one, other, decision
