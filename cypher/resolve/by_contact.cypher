// Parties that use these telephones, addresses or e-mails, at most 21 each: one more than is shown, so that the cap shows.
// A list holds: id, party id, name, English name, kind.
// params: ids: list[str]
// returns: found: list[list]
UNWIND $ids AS id
CALL {
  WITH id
  MATCH (i:Identifier {value: id})<-[r:HAS_IDENTIFIER]-(p:Party)
  WHERE @visible(r) AND @current(i) AND @scope(p)
  RETURN p LIMIT 21
}
RETURN collect(DISTINCT [id, p.party_id, p.name, p.name_en, p.kind]) AS found
