// Links between the outermost nodes of a network, which no step has read, by the node they start from: a list of kind,
// link and the node at its end. At most `scan` links of a node are read; `scanned` tells how many were. All in one row, for speed.
// params: ring: list[str], kinds: list[str], scan: int
// returns: found: list[map]
MATCH (n)
WHERE elementId(n) IN $ring AND (n:Party AND @scope(n) OR NOT n:Party AND @current(n))
WITH collect(n) AS ring
UNWIND ring AS n
CALL {
  WITH n, ring
  MATCH (n)-[r:OWNS|CONTROLS|CONTROLLED_BY|LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF|KIN_OF|GUARANTEES|DEPENDS_ON|REFERRED|
    HAS_IDENTIFIER|MEMBER_OF|HAS_ACCOUNT|TRANSFERS_TO|PAID_INTO|REPAID_FROM|BORROWS|DRAWN_UNDER|SECURED_BY|PLEDGES|
    HOLDS|BELONGS_TO|PART_OF|MANAGED_BY|INVOLVED_IN|TARGETED_BY|RESPONDED_TO]->(q)
  WITH r, q, type(r) AS kind, ring
  WHERE kind IN $kinds
  WITH r, q, kind, ring LIMIT $scan
  WITH r, q, kind, q IN ring AS inside
  RETURN count(*) AS scanned, collect(CASE WHEN inside THEN [kind, r, q] END) AS found
}
CALL {
  WITH found
  UNWIND found AS one
  WITH one[0] AS kind, one[1] AS r, one[2] AS q
  WHERE @visible(r) AND (q:Party AND @scope(q) OR NOT q:Party AND @current(q))
  WITH kind, r, q ORDER BY r.id
  RETURN collect([kind, properties(r), elementId(q)]) AS links
}
WITH elementId(n) AS element, scanned, links
ORDER BY element
RETURN collect({element: element, scanned: scanned, links: links}) AS found
