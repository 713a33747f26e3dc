// The source records that describe it, the leading source first; of those that persons registered what they said before.
// section: p
// params: cap: int, count_cap: int
// returns: row: map
MATCH (n:SourceRecord)-[r:IDENTIFIES]->(p)
WHERE @visible(r) AND @current(n)
WITH r, n ORDER BY n.priority, n.record_id, r.id LIMIT $count_cap
WITH collect(r) AS links, collect(n) AS others, collect(DISTINCT r.source) AS sources
UNWIND range(0, size(links[..$cap]) - 1) AS i
WITH size(links) AS total, sources, links[i] AS link, others[i] AS other
WITH total, sources, {link: properties(link), type: type(link), other: properties(other), earlier: COLLECT {
  MATCH (v:Version {of_key: other.record_id})
  WHERE other.source = 'manual' AND v.of_label = 'SourceRecord' AND v.seq_out <= $seq AND NOT v.seq_out IN $pending
  OPTIONAL MATCH (other:SourceRecord)-[c:IDENTIFIES]->(q:Party)
  WHERE c.seq_in = v.seq_out AND @ever(c) AND @scope(q)
  OPTIONAL MATCH (w:LoadRun {seq: v.seq_out})
  RETURN {values: v.values, until: w.published_at, evidence: c.evidence, by: c.registered_by, approved_by: c.approved_by}
  ORDER BY v.seq_out
}} AS found
RETURN {total: coalesce(max(total), 0), sources: coalesce(head(collect(sources)), []), rows: collect(found)} AS row
