// Parties that hold accounts with these numbers.
// params: ids: list[str]
// returns: id: str, party_id: str, name: str, name_en: str, kind: str
UNWIND $ids AS id
MATCH (c:Account {account_no: id})<-[r:HAS_ACCOUNT]-(p:Party)
WHERE @visible(r) AND @current(c) AND @scope(p)
RETURN DISTINCT id, p.party_id AS party_id, p.name AS name, p.name_en AS name_en, p.kind AS kind
