// Neighbours of a set of nodes by kind and direction, each kind capped and counted. At most `scan` links of a node are
// read; those that the view does not show are counted as well (`shown` is false), so that a node read in part is known.
// All in one row and in lists without names, for speed: for a node, a kind and a direction its element, kind, whether
// outgoing, whether shown, the total, and its links and their other nodes by pairs. A link is the list of
// network.LINK, a node that of network.Node. Elements are the server's own ids: good within one request, never kept.
// Projections read what a link or node carries in one pass, which is far cheaper than property by property.
// params: frontier: list[str], kinds: list[str], per_kind: int, scan: int
// returns: found: list[list]
MATCH (n)
WHERE elementId(n) IN $frontier AND (n:Party AND @scope(n) OR NOT n:Party AND @current(n))
CALL {
  WITH n
  MATCH (n)-[r:OWNS|CONTROLS|CONTROLLED_BY|LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF|KIN_OF|GUARANTEES|DEPENDS_ON|REFERRED|
    HAS_IDENTIFIER|MEMBER_OF|HAS_ACCOUNT|TRANSFERS_TO|PAID_INTO|REPAID_FROM|BORROWS|DRAWN_UNDER|SECURED_BY|PLEDGES|
    ISSUED_BY|HOLDS|BELONGS_TO|AGREED_WITH|PART_OF|MANAGED_BY|INVOLVED_IN|TARGETED_BY|HELD_BACK_FROM|
    RESPONDED_TO]-(q)
  WITH n, r, q, type(r) AS kind
  WHERE kind IN $kinds
  WITH n, r, q, kind LIMIT $scan
  WITH kind, startNode(r) = n AS outgoing, q AS other, q:Party AS is_party,
    q {.seq_in, .seq_out, .absent, scope: CASE WHEN $scope_all THEN null ELSE q.scope END} AS q,
    r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status, .source, .share, .share_min, .share_max, .votes, .weight,
      .part_amount, .whole_amount, .amount, .currency, .basis, .criterion, .month, .outcome, .post, .relation, .role, .use} AS r
  WITH kind, outgoing, other, r, @visible(r) AND CASE WHEN is_party THEN @scope(q) ELSE @current(q) END AS shown
  WITH kind, outgoing, shown, count(*) AS total, collect(CASE WHEN shown THEN [r, other] END) AS pairs
  CALL {
    WITH pairs
    UNWIND pairs AS pair
    WITH pair[0] AS r, pair[1] AS other
    ORDER BY r.status, coalesce(r.share, r.votes, r.weight, 0.0) DESC, coalesce(r.amount, 0) DESC, r.id LIMIT $per_kind
    RETURN collect(r) AS links, collect(other) AS others
  }
  RETURN kind, outgoing, shown, total,
    [r IN links | [r.id, r.valid_from, r.valid_to, r.status, r.source, r.share, r.share_min, r.share_max, r.votes, r.weight,
      r.part_amount, r.whole_amount, r.amount, r.currency, r.basis, r.criterion, r.month, r.outcome, r.post, r.relation,
      r.role, r.use]] AS links,
    [o IN others | [elementId(o), labels(o), CASE WHEN o:Party THEN o.party_id ELSE coalesce(o.identifier_id, o.account_id,
      o.group_id, o.household_id, o.family_id, o.facility_id, o.drawdown_id, o.collateral_id, o.manager_id, o.branch_id,
      o.team_id, o.product_id, o.campaign_id, o.segment_id, o.event_id) END,
      CASE WHEN o:Party THEN o.name ELSE coalesce(o.name, o.title, o.text, o.value, o.account_no, o.code) END,
      o.name_en, o.kind]] AS nodes
}
WITH elementId(n) AS element, kind, outgoing, shown, total, links, nodes
ORDER BY element, kind, outgoing
RETURN collect([element, kind, outgoing, shown, total, links, nodes]) AS found
