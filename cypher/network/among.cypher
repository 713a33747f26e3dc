// Links between the outermost nodes of a network, which no step has read: for each node its element, how many links were
// read (at most `scan`), and its links: a list of kind, link (the list of network.LINK) and the element at its end.
// Nodes of which there is nothing to tell are left out. All in one row and in lists without names, for speed.
// params: ring: list[str], kinds: list[str], scan: int
// returns: found: list[list]
MATCH (n)
WHERE elementId(n) IN $ring AND (n:Party AND @scope(n) OR NOT n:Party AND @current(n))
WITH collect(n) AS ring
UNWIND ring AS n
CALL {
  WITH n, ring
  MATCH (n)-[r:OWNS|CONTROLS|CONTROLLED_BY|LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF|KIN_OF|GUARANTEES|DEPENDS_ON|REFERRED|
    HAS_IDENTIFIER|MEMBER_OF|HAS_ACCOUNT|TRANSFERS_TO|PAID_INTO|REPAID_FROM|BORROWS|DRAWN_UNDER|SECURED_BY|PLEDGES|
    ISSUED_BY|HOLDS|BELONGS_TO|AGREED_WITH|PART_OF|MANAGED_BY|INVOLVED_IN|TARGETED_BY|HELD_BACK_FROM|
    RESPONDED_TO]->(q)
  WITH r, q, type(r) AS kind, ring
  WHERE kind IN $kinds
  WITH r, q, kind, ring LIMIT $scan
  WITH r, q, kind, q IN ring AS inside
  RETURN count(*) AS scanned,
    collect(CASE WHEN inside AND @visible(r) AND (q:Party AND @scope(q) OR NOT q:Party AND @current(q)) THEN [kind,
      [r.id, r.valid_from, r.valid_to, r.status, r.source, r.share, r.share_min, r.share_max, r.votes, r.weight,
      r.part_amount, r.whole_amount, r.amount, r.currency, r.basis, r.criterion, r.month, r.outcome, r.post, r.relation,
      r.role, r.use], elementId(q)] END) AS links
}
WITH n, scanned, links
WHERE scanned >= $scan OR size(links) > 0
WITH elementId(n) AS element, scanned, links
ORDER BY element
RETURN collect([element, scanned, links]) AS found
