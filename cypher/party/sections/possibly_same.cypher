// Parties that are possibly the same, those to decide on first, then the likeliest; and what was joined with it by likeness
// or by a person: such a link goes from the party to itself.
// section: p
// params: cap: int, count_cap: int
// returns: row: map
MATCH (p)-[r:POSSIBLY_SAME]-(q:Party)
WHERE @visible(r) AND @scope(q)
WITH r, q ORDER BY r.status DESC, coalesce(r.probability, 0) DESC, r.id LIMIT $count_cap
WITH collect(r) AS links, collect(q) AS others, collect(DISTINCT r.source) AS sources
RETURN {total: size(links), sources: sources, rows: [i IN range(0, size(links[..$cap]) - 1) |
  {link: properties(links[i]), type: type(links[i]), other: {party_id: others[i].party_id, name: others[i].name,
    name_en: others[i].name_en, kind: others[i].kind}}]} AS row
