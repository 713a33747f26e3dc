// Which of these ids are parties of the view.
// params: ids: list[str]
// returns: id: str, party_id: str, name: str, name_en: str, kind: str
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
RETURN id, p.party_id AS party_id, p.name AS name, p.name_en AS name_en, p.kind AS kind
