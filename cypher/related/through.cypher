// Parties that share a household, group or account with others. All in one row, a list a party: its id, its
// links, how many links of the shared nodes were looked at (`scan` of them: there may be more). A link is a list: label
// of the shared node, a group's kind, both links' ids, other party's id, name, kind, the doubtful status of the two, the
// shared node's id and name.
// Projections read what a link or party carries in one pass, which is far cheaper than property by property.
// params: ids: list[str], labels: list[str], group_kinds: list[str], scan: int, most: int
// returns: found: list[list]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
CALL {
  WITH p
  MATCH (p)-[a:MEMBER_OF|HAS_ACCOUNT]->(g:Household|Group|Account)
  WHERE any(label IN labels(g) WHERE label IN $labels)
  WITH p, g, a {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status} AS a
  WHERE @visible(a) AND @current(g) AND (NOT g:Group OR g.kind IN $group_kinds)
  MATCH (g:Household|Group|Account)<-[b:MEMBER_OF|HAS_ACCOUNT]-(q:Party)
  WHERE q <> p
  WITH a, g, b, q LIMIT $scan
  WITH a, g, q {.party_id, .name, .name_en, .kind, .seq_in, .seq_out, .absent, .scope} AS q,
    b {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status} AS b
  WITH a, g, b, q, @visible(b) AND @scope(q) AS shown
  ORDER BY q.party_id, b.id
  RETURN count(*) AS scanned, collect(CASE WHEN shown THEN [labels(g)[0], CASE WHEN g:Group THEN g.kind ELSE '' END, [a.id, b.id], q.party_id, coalesce(q.name, q.name_en), q.kind,
    CASE WHEN a.status = 'confirmed' THEN b.status ELSE a.status END,
    coalesce(g.household_id, g.group_id, g.account_id), coalesce(g.name, g.account_no)] END)[..$most] AS links
}
RETURN collect([id, links, scanned]) AS found
