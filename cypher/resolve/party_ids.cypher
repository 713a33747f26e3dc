// Which of these ids are parties of the view.
// A list holds: id, party id, name, English name, kind.
// params: ids: list[str]
// returns: found: list[list]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
RETURN collect(DISTINCT [id, p.party_id, p.name, p.name_en, p.kind]) AS found
