// Parties that hold accounts with these numbers.
// A list holds: id, party id, name, English name, kind.
// params: ids: list[str]
// returns: found: list[list]
UNWIND $ids AS id
MATCH (c:Account {account_no: id})<-[r:HAS_ACCOUNT]-(p:Party)
WHERE @visible(r) AND @current(c) AND @scope(p)
RETURN collect(DISTINCT [id, p.party_id, p.name, p.name_en, p.kind]) AS found
