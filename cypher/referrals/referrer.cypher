// What a party is to the bank, and its referral agreements with branches, whatever their days, the latest first.
// params: party_id: str
// returns: roles: list[str], role: str, agreements: list[map]
MATCH (p:Party {party_id: $party_id})
WHERE @scope(p)
OPTIONAL MATCH (p)-[r:AGREED_WITH]->(b:Branch)
WHERE @known(r) AND r.status <> 'rebutted' AND @current(b)
WITH p, r, b ORDER BY r.valid_from DESC, r.id
WITH p, collect(CASE WHEN r IS NOT NULL THEN {link: properties(r), branch_id: b.branch_id, branch_name: b.name} END) AS agreements
RETURN [label IN labels(p) WHERE label IN ['Customer', 'Prospect', 'Guarantor', 'Referrer']] AS roles, p.bank_role AS role, agreements
