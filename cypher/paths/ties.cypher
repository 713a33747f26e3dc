// Ties of parties to other parties by kinds of link, as people may call on them: a list a party of at most `most` ties,
// each [kind, link id, outgoing, other party's id, status, last day known (-1 where none is told), detail], and how many
// links were looked at (`scan` of them: there may be more).
// params: ids: list[str], kinds: list[str], scan: int, most: int
// returns: found: list[list]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
CALL {
  WITH p
  MATCH (p)-[r:KIN_OF|REFERRED|LEGAL_REPRESENTATIVE_OF|EXECUTIVE_OF|OWNS|GUARANTEES]-(q:Party)
  WHERE type(r) IN $kinds AND q <> p
  WITH p, q, r LIMIT $scan
  WITH q, type(r) AS kind, startNode(r) = p AS outgoing, r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status,
    .relation, .post} AS r
  WITH q, kind, outgoing, r, @visible(r) AND @scope(q) AS shown
  ORDER BY kind, r.valid_from DESC, r.id
  RETURN count(*) AS scanned, collect(CASE WHEN shown THEN [kind, r.id, outgoing, q.party_id, r.status,
    CASE WHEN r.valid_from > 0 THEN r.valid_from ELSE -1 END, coalesce(r.relation, r.post)] END)[..$most] AS ties
}
RETURN collect([id, ties, scanned]) AS found
