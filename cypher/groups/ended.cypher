// A group that there is no more: the number that ended it, how many of its last members the asker sees, and of which groups of
// its kind how many of these are now, the most first (id, count); empty for one that never was, or of which the asker saw nobody.
// params: group_id: str, count_cap: int, cap: int
// returns: kind: str, ended: int, total: int, now: list[map]
MATCH (g:Group {group_id: $group_id})
WHERE g.seq_out <= $seq AND NOT g.seq_out IN $pending
MATCH (p:Party)-[r:MEMBER_OF]->(g:Group)
WHERE @ever(r) AND r.seq_out <= g.seq_out AND @scope(p)
WITH g, p, max(r.seq_out) AS left
WITH g, max(left) AS last, collect([p, left]) AS found
WITH g.kind AS kind, g.seq_out AS ended, [one IN found WHERE one[1] = last | one[0]][..$count_cap] AS parties
CALL {
  WITH kind, parties
  UNWIND parties AS p
  MATCH (p:Party)-[n:MEMBER_OF]->(h:Group {kind: kind})
  WHERE @visible(n) AND @current(h) AND @scope(p)
  WITH h, count(DISTINCT p) AS members ORDER BY members DESC, h.group_id LIMIT $cap
  RETURN collect({group_id: h.group_id, members: members}) AS now
}
RETURN kind, ended, size(parties) AS total, now
