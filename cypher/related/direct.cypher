// Links of parties to other parties that a purpose follows; sent over its kinds of link alone. All in one row, a list a
// party: its id, its name, its kind, its links, how many links of the kinds followed were looked at (`scan` of them:
// there may be more). A link is a list: kind, outgoing, ids, other party's id, status, its number (share, votes or
// amount; of dependence weight, part and whole), its text, how far from the start it may be used, the other's name and kind.
// `outgoing` and `incoming` hold for a kind of link the rules of the purpose's steps along and against it, the farthest
// first: within (steps from the start), least (share in parts per billion, or null), unknown (whether a share not known
// will do), texts (one of which its text must be, or null).
// Projections read what a link or party carries in one pass, which is far cheaper than property by property.
// params: ids: list[str], outgoing: map, incoming: map, scan: int, most: int
// returns: found: list[list]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
CALL {
  WITH p
  MATCH (p)-[r:OWNS|CONTROLS|CONTROLLED_BY|LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF|KIN_OF|GUARANTEES|DEPENDS_ON|REFERRED]-(q:Party)
  WITH p, q, r, type(r) AS type, startNode(r) = p AS out
  WITH p, q, r, type, out, CASE WHEN out THEN $outgoing[type] ELSE $incoming[type] END AS rules
  WHERE q <> p AND rules IS NOT NULL
  WITH q, r, type, out, rules LIMIT $scan
  WITH type, out, q, rules, r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status, .share, .votes, .weight, .part_amount,
    .whole_amount, .amount, .relation, .post, .basis, .criterion, .currency} AS r
  WITH type, out, q, r, CASE WHEN @visible(r) THEN head([rule IN rules WHERE
    (rule.least IS NULL OR CASE WHEN r.share IS NULL THEN rule.unknown ELSE round(r.share * 1000000000) >= rule.least END)
    AND (rule.texts IS NULL OR coalesce(r.relation, r.post, r.basis, r.criterion) IN rule.texts) | rule.within]) END AS within
  WITH type, out, r, within, CASE WHEN within IS NOT NULL THEN q {.party_id, .name, .name_en, .kind, .seq_in, .seq_out,
    .absent, scope: CASE WHEN $scope_all THEN null ELSE q.scope END} END AS q
  WITH type, out, r, within, q, within IS NOT NULL AND @scope(q) AS shown
  ORDER BY r.status, type, coalesce(r.share, r.votes, r.weight, 0.0) DESC, r.id
  RETURN count(*) AS scanned, collect(CASE WHEN shown THEN [type, out, [r.id], q.party_id, r.status,
    CASE type WHEN 'OWNS' THEN r.share WHEN 'CONTROLLED_BY' THEN r.votes
      WHEN 'DEPENDS_ON' THEN [r.weight, r.part_amount, r.whole_amount] ELSE r.amount END,
    coalesce(r.relation, r.post, r.basis, r.criterion, r.currency), within, coalesce(q.name, q.name_en), q.kind] END)[..$most] AS links
}
RETURN collect([id, coalesce(p.name, p.name_en), p.kind, links, scanned]) AS found
