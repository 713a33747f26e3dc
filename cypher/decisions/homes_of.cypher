// The households of some persons, with the status of the membership.
// params: ids: list[str]
// returns: party_id: str, household_id: str, status: str
UNWIND $ids AS id
MATCH (p:Party {party_id: id})-[r:MEMBER_OF]->(g:Household)
WHERE @visible(r) AND @scope(p) AND @current(g)
RETURN p.party_id AS party_id, g.household_id AS household_id, r.status AS status
