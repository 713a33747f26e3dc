// One link between parties by its id, as the view knows it: also one that is rebutted, and one that no longer or not yet holds.
// each: link
// params: id: str
// returns: from_id: str, to_id: str, link: map
MATCH (a:Party)-[r:@Type]->(b:Party)
WHERE r.id = $id AND @known(r) AND @scope(a) AND @scope(b)
RETURN a.party_id AS from_id, b.party_id AS to_id,
  r {.source, .status, .valid_from, .valid_to, .share, .votes, .share_min, .share_max, .basis, .criterion, .amount, .currency, .facility_id} AS link
