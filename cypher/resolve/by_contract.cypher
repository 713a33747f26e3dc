// Borrowers of credit contracts with these numbers.
// params: ids: list[str]
// returns: id: str, party_id: str, name: str, name_en: str, kind: str
UNWIND $ids AS id
MATCH (f:Facility {code: id})<-[r:BORROWS]-(p:Party)
WHERE @visible(r) AND @current(f) AND @scope(p)
RETURN DISTINCT id, p.party_id AS party_id, p.name AS name, p.name_en AS name_en, p.kind AS kind
