// Of some customers of a manager: the links to the manager, the last interaction up to `until`, and what began or ended
// since it, the latest first: at most `cap`, and the true number. `seen_at` and `seen_on` tell by party id the moment and
// day of the last interaction; nothing is told to have changed of a customer without one.
// `until` ends the day of the view, where the bank is.
// params: ids: list[str], manager_id: str, seen_at: map, seen_on: map, until: int, cap: int
// returns: found: list[map]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
WITH p, $seen_at[id] AS seen_at, $seen_on[id] AS seen_on
WITH p, seen_at,
  COLLECT { MATCH (p)-[r:MANAGED_BY]->(m:RelationshipManager {manager_id: $manager_id})
    WHERE @visible(r)
    RETURN properties(r) ORDER BY r.role DESC, r.id } AS links,
  head(COLLECT { MATCH (p)-[i:INVOLVED_IN]->(e:Event)
    WHERE @visible(i) AND @current(e) AND e.event_kind = 'interaction' AND e.at = seen_at
    RETURN e {.event_id, .at, .title, .channel,
      by: COLLECT { MATCH (n:RelationshipManager)-[j:INVOLVED_IN]->(e:Event)
        WHERE @visible(j) AND @current(n)
        RETURN n.name ORDER BY n.manager_id }}
    ORDER BY e.event_id LIMIT 1 }) AS seen,
  COLLECT { MATCH (p)-[c:OWNS|CONTROLS|LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF|KIN_OF|GUARANTEES]-(q:Party)
    WHERE @known(c) AND @scope(q) AND c.status <> 'rebutted'
      AND (seen_on < c.valid_from <= $as_of OR seen_on < c.valid_to <= $as_of)
    WITH c, q, seen_on < c.valid_to <= $as_of AS ended
    RETURN {type: type(c), id: c.id, ended: ended, on: CASE WHEN ended THEN c.valid_to ELSE c.valid_from END,
      party: q {.party_id, .name, .name_en, .kind}} } AS ties,
  COLLECT { MATCH (p)-[t:HOLDS|HAS_ACCOUNT]->(x:Product|Account)
    WHERE @known(t) AND @current(x) AND t.status <> 'rebutted'
      AND (seen_on < t.valid_from <= $as_of OR seen_on < t.valid_to <= $as_of)
    WITH t, x, seen_on < t.valid_to <= $as_of AS ended
    RETURN {type: type(t), id: t.id, ended: ended, on: CASE WHEN ended THEN t.valid_to ELSE t.valid_from END,
      name: coalesce(x.name, x.account_no, x.account_id)} } AS holdings,
  COLLECT { MATCH (p)-[b:BORROWS]->(f:Facility)
    WHERE @visible(b) AND @current(f) AND (seen_on < f.starts_on <= $as_of OR seen_on < f.matures_on <= $as_of)
    WITH b, f, seen_on < f.matures_on <= $as_of AS ended
    RETURN {type: type(b), id: b.id, ended: ended, on: CASE WHEN ended THEN f.matures_on ELSE f.starts_on END,
      name: coalesce(f.code, f.facility_id)} } AS contracts,
  COLLECT { MATCH (p)-[k:INVOLVED_IN]->(v:Event)
    WHERE @visible(k) AND @current(v) AND v.event_kind <> 'interaction' AND seen_at < v.at <= $until
    RETURN {type: v.event_kind, id: v.event_id, at: v.at, on: $as_of - ($until - v.at) / 86400000, name: v.title, state: v.state} } AS events
WITH p, links, seen, ties + holdings + contracts + events AS since
WITH p, links, seen, size(since) AS total,
  COLLECT { UNWIND since AS one RETURN one ORDER BY one.on DESC, one.id LIMIT $cap } AS latest
RETURN collect({party_id: p.party_id, links: links, seen: seen, total: total, since: latest}) AS found
