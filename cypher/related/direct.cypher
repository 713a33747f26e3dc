// Links of parties to other parties, of the kinds that a purpose follows in each direction. All in one row, a list a party: its id,
// its name, its links, how many links were looked at (`scan` of them: there may be more). A link is a list: kind,
// outgoing, id, other party's id, name, kind, status, its number (share, votes, weight or amount), its text.
// Projections read what a link or party carries in one pass, which is far cheaper than property by property.
// params: ids: list[str], outgoing: list[str], incoming: list[str], scan: int, most: int
// returns: found: list[list]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
CALL {
  WITH p
  MATCH (p)-[r:OWNS|CONTROLS|CONTROLLED_BY|LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF|KIN_OF|GUARANTEES|DEPENDS_ON|REFERRED]-(q:Party)
  WITH p, q, r, type(r) AS type, startNode(r) = p AS out
  WHERE q <> p AND CASE WHEN out THEN type IN $outgoing ELSE type IN $incoming END
  WITH q, r, type, out LIMIT $scan
  WITH type, out, q {.party_id, .name, .name_en, .kind, .seq_in, .seq_out, .absent, .scope} AS q,
    r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status, .share, .votes, .weight, .amount, .relation, .post, .basis,
      .criterion, .currency} AS r
  WITH type, out, q, r, @visible(r) AND @scope(q) AS shown
  ORDER BY r.status, type, coalesce(r.share, r.votes, r.weight, 0.0) DESC, r.id
  RETURN count(*) AS scanned, collect(CASE WHEN shown THEN [type, out, r.id, q.party_id, coalesce(q.name, q.name_en), q.kind, r.status,
    CASE type WHEN 'OWNS' THEN r.share WHEN 'CONTROLLED_BY' THEN r.votes WHEN 'DEPENDS_ON' THEN r.weight ELSE r.amount END,
    coalesce(r.relation, r.post, r.basis, r.criterion, r.currency)] END)[..$most] AS links
}
RETURN collect([id, coalesce(p.name, p.name_en), links, scanned]) AS found
