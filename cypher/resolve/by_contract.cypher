// Borrowers of credit contracts with these numbers.
// A list holds: id, party id, name, English name, kind.
// params: ids: list[str]
// returns: found: list[list]
UNWIND $ids AS id
MATCH (f:Facility {code: id})<-[r:BORROWS]-(p:Party)
WHERE @visible(r) AND @current(f) AND @scope(p)
RETURN collect(DISTINCT [id, p.party_id, p.name, p.name_en, p.kind]) AS found
