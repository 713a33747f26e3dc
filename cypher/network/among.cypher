// Links between the outermost nodes of a network, which no step has read. At most `scan` links of a node are read.
// params: ring: list[str], kinds: list[str], scan: int, count_cap: int
// returns: kind: str, link: map, from: str, to: str
MATCH (n)
WHERE elementId(n) IN $ring AND (n:Party AND @scope(n) OR NOT n:Party AND @current(n))
CALL {
  WITH n
  MATCH (n)-[r:OWNS|CONTROLS|CONTROLLED_BY|LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF|KIN_OF|GUARANTEES|DEPENDS_ON|REFERRED|
    HAS_IDENTIFIER|MEMBER_OF|HAS_ACCOUNT|TRANSFERS_TO|PAID_INTO|REPAID_FROM|BORROWS|DRAWN_UNDER|SECURED_BY|PLEDGES|
    HOLDS|BELONGS_TO|PART_OF|MANAGED_BY|INVOLVED_IN|TARGETED_BY|RESPONDED_TO]->(q)
  WHERE type(r) IN $kinds
  WITH r, q LIMIT $scan
  WHERE elementId(q) IN $ring AND @visible(r) AND (q:Party AND @scope(q) OR NOT q:Party AND @current(q))
  RETURN r, q
}
RETURN type(r) AS kind, properties(r) AS link, elementId(n) AS from, elementId(q) AS to
ORDER BY r.id
LIMIT $count_cap
