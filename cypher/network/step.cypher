// Neighbours of a set of nodes by kind and direction, each kind capped and counted. At most `scan` links of a node are
// read; those that the view does not show are counted as well (`shown` is false), so that a node read in part is known.
// All in one row, for speed: a map for a node, a kind and a direction, whose `links` and `nodes` go by pairs.
// Elements are the server's own ids: good within one request, never kept.
// Projections read what a link or node carries in one pass, which is far cheaper than property by property.
// params: frontier: list[str], kinds: list[str], per_kind: int, scan: int
// returns: found: list[map]
MATCH (n)
WHERE elementId(n) IN $frontier AND (n:Party AND @scope(n) OR NOT n:Party AND @current(n))
CALL {
  WITH n
  MATCH (n)-[r:OWNS|CONTROLS|CONTROLLED_BY|LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF|KIN_OF|GUARANTEES|DEPENDS_ON|REFERRED|
    HAS_IDENTIFIER|MEMBER_OF|HAS_ACCOUNT|TRANSFERS_TO|PAID_INTO|REPAID_FROM|BORROWS|DRAWN_UNDER|SECURED_BY|PLEDGES|
    HOLDS|BELONGS_TO|PART_OF|MANAGED_BY|INVOLVED_IN|TARGETED_BY|RESPONDED_TO]-(q)
  WITH n, r, q, type(r) AS kind
  WHERE kind IN $kinds
  WITH n, r, q, kind LIMIT $scan
  WITH kind, startNode(r) = n AS outgoing, q AS other, q:Party AS is_party, q {.seq_in, .seq_out, .absent, .scope} AS q,
    r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status, .source, .share, .share_min, .share_max, .votes, .weight, .amount,
      .currency, .basis, .criterion, .month, .outcome, .post, .relation, .role, .use} AS r
  WITH kind, outgoing, other, r, @visible(r) AND CASE WHEN is_party THEN @scope(q) ELSE @current(q) END AS shown
  ORDER BY r.status, coalesce(r.share, r.votes, r.weight, 0.0) DESC, coalesce(r.amount, 0) DESC, r.id
  WITH kind, outgoing, shown, count(*) AS total, collect(CASE WHEN shown THEN r END)[..$per_kind] AS links,
    collect(CASE WHEN shown THEN other END)[..$per_kind] AS others
  RETURN kind, outgoing, shown, total, links, [o IN others | {
    element: elementId(o), labels: labels(o), kind: o.kind, name_en: o.name_en,
    name: coalesce(o.name, o.title, o.text, o.value, o.account_no, o.code),
    id: coalesce(o.party_id, o.identifier_id, o.group_id, o.household_id, o.family_id, o.account_id, o.facility_id,
      o.drawdown_id, o.collateral_id, o.manager_id, o.branch_id, o.team_id, o.product_id, o.campaign_id, o.segment_id,
      o.event_id)}] AS nodes
}
WITH elementId(n) AS element, kind, outgoing, shown, total, links, nodes
ORDER BY element, kind, outgoing
RETURN collect({element: element, kind: kind, outgoing: outgoing, shown: shown, total: total, links: links,
  nodes: nodes}) AS found
