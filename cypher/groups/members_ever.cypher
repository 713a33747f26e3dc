// All versions of the memberships of a group, also one that has ended, that the view ever knew: who, in which role and status,
// from which number to which (one past the view's where it is still open), and why.
// params: group_id: str
// returns: found: list[map]
MATCH (p:Party)-[r:MEMBER_OF]->(g:Group {group_id: $group_id})
WHERE @ever(r) AND @scope(p)
WITH p, r ORDER BY r.seq_in, p.party_id
RETURN collect({party_id: p.party_id, name: p.name, name_en: p.name_en, kind: p.kind, role: r.role, status: r.status,
  opened: r.seq_in, closed: CASE WHEN @known(r) THEN null ELSE r.seq_out END}) AS found
