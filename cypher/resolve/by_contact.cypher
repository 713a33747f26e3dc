// Parties that use these telephones, addresses or e-mails, at most twenty each.
// params: ids: list[str]
// returns: id: str, party_id: str, name: str, name_en: str, kind: str
UNWIND $ids AS id
CALL {
  WITH id
  MATCH (i:Identifier {value: id})<-[r:HAS_IDENTIFIER]-(p:Party)
  WHERE @visible(r) AND @current(i) AND @scope(p)
  RETURN p LIMIT 20
}
RETURN DISTINCT id, p.party_id AS party_id, p.name AS name, p.name_en AS name_en, p.kind AS kind
