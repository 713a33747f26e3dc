// The links of ownership, declared control and dependence between some pairs of parties, as the view sees them. The two lists
// are as long as each other: who a link leads from, and to.
// params: from_ids: list[str], to_ids: list[str]
// returns: from_id: str, to_id: str, link_id: str, type: str, criterion: str, status: str, source: str
UNWIND range(0, size($from_ids) - 1) AS at
MATCH (a:Party {party_id: $from_ids[at]})-[r:OWNS|CONTROLS|DEPENDS_ON]->(b:Party {party_id: $to_ids[at]})
WHERE @visible(r) AND @scope(a) AND @scope(b)
RETURN a.party_id AS from_id, b.party_id AS to_id, r.id AS link_id, type(r) AS type, r.criterion AS criterion, r.status AS status,
  coalesce(r.source, '') AS source
