// Links with other parties that are flagged: found by a run or doubtful by their source, and confirmed by nobody.
// section: p
// params: cap: int, count_cap: int
// returns: row: map
MATCH (p)-[r:OWNS|CONTROLS|LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF|KIN_OF|GUARANTEES|DEPENDS_ON]-(q:Party)
WHERE r.status = 'flagged' AND @visible(r) AND @scope(q)
WITH r, q ORDER BY type(r), r.id LIMIT $count_cap
WITH collect(r) AS links, collect(q) AS others, collect(DISTINCT r.source) AS sources
RETURN {total: size(links), sources: sources, rows: [i IN range(0, size(links[..$cap]) - 1) |
  {link: properties(links[i]), type: type(links[i]), other: {party_id: others[i].party_id, name: others[i].name,
    name_en: others[i].name_en, kind: others[i].kind}}]} AS row
