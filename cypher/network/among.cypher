// Links between the outermost nodes of a network, which no step has read, by the node they start from: a list of kind,
// link and the node at its end. At most `scan` links of a node are read; `scanned` tells how many were.
// params: ring: list[str], kinds: list[str], scan: int
// returns: element: str, scanned: int, links: list[list]
MATCH (n)
WHERE elementId(n) IN $ring AND (n:Party AND @scope(n) OR NOT n:Party AND @current(n))
CALL {
  WITH n
  MATCH (n)-[r:OWNS|CONTROLS|CONTROLLED_BY|LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF|KIN_OF|GUARANTEES|DEPENDS_ON|REFERRED|
    HAS_IDENTIFIER|MEMBER_OF|HAS_ACCOUNT|TRANSFERS_TO|PAID_INTO|REPAID_FROM|BORROWS|DRAWN_UNDER|SECURED_BY|PLEDGES|
    HOLDS|BELONGS_TO|PART_OF|MANAGED_BY|INVOLVED_IN|TARGETED_BY|RESPONDED_TO]->(q)
  WHERE type(r) IN $kinds
  WITH r, q LIMIT $scan
  WITH r, q, elementId(q) IN $ring AND @visible(r) AND (q:Party AND @scope(q) OR NOT q:Party AND @current(q)) AS shown
  ORDER BY r.id
  RETURN count(*) AS scanned, collect(CASE WHEN shown THEN [type(r), properties(r), elementId(q)] END) AS links
}
RETURN elementId(n) AS element, scanned, links
ORDER BY element
