// Who was joined into some parties, one step.
// params: ids: list[str]
// returns: id: str, into: str
UNWIND $ids AS id
MATCH (p:Party {joined_into: id})
WHERE @joined(p)
RETURN p.party_id AS id, id AS into
ORDER BY id
