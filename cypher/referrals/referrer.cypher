// What a party is to the bank, and its referral agreements with branches, whatever their days, the latest first.
// staff: a personnel record (the same source, number and name as those of a member of staff who has not left) describes it, or
// it has a post at the bank itself.
// params: party_id: str
// returns: roles: list[str], role: str, staff: bool, agreements: list[map]
MATCH (p:Party {party_id: $party_id})
WHERE @scope(p)
OPTIONAL MATCH (p)-[r:AGREED_WITH]->(b:Branch)
WHERE @known(r) AND r.status <> 'rebutted' AND @current(b)
WITH p, r, b ORDER BY r.valid_from DESC, r.id
WITH p, collect(CASE WHEN r IS NOT NULL THEN {link: properties(r), branch_id: b.branch_id, branch_name: b.name} END) AS agreements
RETURN [label IN labels(p) WHERE label IN ['Customer', 'Prospect', 'Guarantor', 'Referrer']] AS roles, p.bank_role AS role,
  EXISTS { MATCH (s:SourceRecord)-[i:IDENTIFIES]->(p)
    WHERE @visible(i) AND @current(s)
    MATCH (m:RelationshipManager {code: s.key})
    WHERE m.source = s.source AND m.name = s.name AND @current(m) AND (m.left_on IS NULL OR m.left_on > $as_of) }
  OR EXISTS { MATCH (p)-[e:EXECUTIVE_OF|LEGAL_REPRESENTATIVE_OF]->(q:Party)
    WHERE @visible(e) AND @scope(q) AND q.bank_role = 'self' } AS staff,
  agreements
