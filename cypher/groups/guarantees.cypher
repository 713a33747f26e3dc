// Guarantees with an end among some parties: inside (both ends), given (for an outsider's debt) and received (from one), each
// with its true number. A guarantee: the link's properties, the guarantor's and the debtor's few columns.
// params: members: list[str], cap: int, count_cap: int
// returns: found: list[map]
UNWIND $members AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
CALL {
  WITH p
  MATCH (p)-[r:GUARANTEES]->(q:Party)
  WHERE @visible(r) AND @scope(q)
  RETURN r, p AS guarantor, q AS debtor, CASE WHEN q.party_id IN $members THEN 'inside' ELSE 'given' END AS place
  UNION
  WITH p
  MATCH (q:Party)-[r:GUARANTEES]->(p)
  WHERE @visible(r) AND @scope(q) AND NOT q.party_id IN $members
  RETURN r, q AS guarantor, p AS debtor, 'received' AS place
}
WITH place, r, guarantor, debtor ORDER BY coalesce(r.amount, -1) DESC, r.id LIMIT $count_cap
WITH place, collect({link: properties(r),
  guarantor: guarantor {.party_id, .name, .name_en, .kind}, debtor: debtor {.party_id, .name, .name_en, .kind}}) AS links
RETURN collect({place: place, total: size(links), links: links[..$cap]}) AS found
