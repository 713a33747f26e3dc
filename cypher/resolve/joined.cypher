// Where parties that were joined away lead to, one step.
// params: ids: list[str]
// returns: id: str, into: str
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @joined(p)
RETURN id, p.joined_into AS into
