// Links of parties to other parties, of the kinds that a purpose follows in each direction. All in one row, a list a party: its id,
// its name, its links, how many links were looked at (`scan` of them: there may be more). A link is a list: kind,
// outgoing, id, other party's id, name, kind, status, its number (share, votes, weight or amount), its text.
// params: ids: list[str], outgoing: list[str], incoming: list[str], scan: int, most: int
// returns: found: list[list]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
CALL {
  WITH p
  MATCH (p)-[r:OWNS|CONTROLS|CONTROLLED_BY|LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF|KIN_OF|GUARANTEES|DEPENDS_ON|REFERRED]-(q:Party)
  WHERE CASE WHEN startNode(r) = p THEN type(r) IN $outgoing ELSE type(r) IN $incoming END
  WITH p, r, q LIMIT $scan
  WITH p, r, q, @visible(r) AND @scope(q) AND q <> p AS shown
  ORDER BY r.status, type(r), coalesce(r.share, r.votes, r.weight, 0.0) DESC, r.id
  RETURN count(*) AS scanned, collect(CASE WHEN shown THEN [type(r), startNode(r) = p, r.id, q.party_id, coalesce(q.name, q.name_en), q.kind, r.status,
    CASE type(r) WHEN 'OWNS' THEN r.share WHEN 'CONTROLLED_BY' THEN r.votes WHEN 'DEPENDS_ON' THEN r.weight ELSE r.amount END,
    coalesce(r.relation, r.post, r.basis, r.criterion, r.currency)] END)[..$most] AS links
}
RETURN collect([id, coalesce(p.name, p.name_en), links, scanned]) AS found
