// Neighbours of a set of nodes by kind and direction, each kind capped and counted. At most `scan` links of a node are
// read; those that the view does not show are counted as well (`shown` is false), so that a node read in part is known.
// Elements are the server's own ids: good within one request, never kept.
// params: frontier: list[str], kinds: list[str], per_kind: int, scan: int
// returns: element: str, kind: str, outgoing: bool, shown: bool, total: int, neighbours: list[map]
MATCH (n)
WHERE elementId(n) IN $frontier AND (n:Party AND @scope(n) OR NOT n:Party AND @current(n))
CALL {
  WITH n
  MATCH (n)-[r:OWNS|CONTROLS|CONTROLLED_BY|LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF|KIN_OF|GUARANTEES|DEPENDS_ON|REFERRED|
    HAS_IDENTIFIER|MEMBER_OF|HAS_ACCOUNT|TRANSFERS_TO|PAID_INTO|REPAID_FROM|BORROWS|DRAWN_UNDER|SECURED_BY|PLEDGES|
    HOLDS|BELONGS_TO|PART_OF|MANAGED_BY|INVOLVED_IN|TARGETED_BY|RESPONDED_TO]-(q)
  WHERE type(r) IN $kinds
  WITH n, r, q LIMIT $scan
  WITH type(r) AS kind, startNode(r) = n AS outgoing, r, q,
    @visible(r) AND (q:Party AND @scope(q) OR NOT q:Party AND @current(q)) AS shown
  ORDER BY r.status, coalesce(r.share, r.votes, r.weight, 0.0) DESC, coalesce(r.amount, 0) DESC, r.id
  WITH kind, outgoing, shown, count(*) AS total, collect(CASE WHEN shown THEN r END)[..$per_kind] AS links,
    collect(CASE WHEN shown THEN q END)[..$per_kind] AS others
  RETURN kind, outgoing, shown, total, [i IN range(0, size(links) - 1) | {
    link: properties(links[i]), from: elementId(startNode(links[i])), to: elementId(endNode(links[i])),
    node: {element: elementId(others[i]), labels: labels(others[i]), kind: others[i].kind, name_en: others[i].name_en,
      name: coalesce(others[i].name, others[i].title, others[i].text, others[i].value, others[i].account_no, others[i].code),
      id: coalesce(others[i].party_id, others[i].identifier_id, others[i].group_id, others[i].household_id,
        others[i].family_id, others[i].account_id, others[i].facility_id, others[i].drawdown_id, others[i].collateral_id,
        others[i].manager_id, others[i].branch_id, others[i].team_id, others[i].product_id, others[i].campaign_id,
        others[i].segment_id, others[i].event_id)}}] AS neighbours
}
RETURN elementId(n) AS element, kind, outgoing, shown, total, neighbours
ORDER BY element, kind, outgoing
