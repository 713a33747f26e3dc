// The links of ownership, declared control and dependence between some pairs of parties, as the view sees them.
// A pair holds the party that a link leads from, and the one that it leads to.
// params: pairs: list[list]
// returns: from_id: str, to_id: str, link_id: str, type: str, share: float, basis: str, criterion: str, status: str
UNWIND $pairs AS pair
MATCH (a:Party {party_id: pair[0]})-[r:OWNS|CONTROLS|DEPENDS_ON]->(b:Party {party_id: pair[1]})
WHERE @visible(r) AND @scope(a) AND @scope(b)
RETURN a.party_id AS from_id, b.party_id AS to_id, r.id AS link_id, type(r) AS type, coalesce(r.votes, r.share) AS share,
  r.basis AS basis, r.criterion AS criterion, r.status AS status
