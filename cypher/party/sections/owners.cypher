// Who holds it, the largest holding first; what is known of the shares summed in parts per billion.
// section: p
// params: cap: int, count_cap: int
// returns: row: map
MATCH (q:Party)-[r:OWNS]->(p)
WHERE @visible(r) AND @scope(q)
WITH r, q ORDER BY coalesce(r.share, -1.0) DESC, r.id LIMIT $count_cap
WITH collect(r) AS links, collect(q) AS others, collect(DISTINCT r.source) AS sources,
  sum(toInteger(round(coalesce(r.share, 0) * 1000000000))) AS shares, sum(CASE WHEN r.share IS NULL THEN 1 ELSE 0 END) AS unknown
RETURN {total: size(links), sources: sources, shares_ppb: shares, unknown: unknown, rows: [i IN range(0, size(links[..$cap]) - 1) |
  {link: properties(links[i]), type: type(links[i]), other: {party_id: others[i].party_id, name: others[i].name,
    name_en: others[i].name_en, kind: others[i].kind}}]} AS row
