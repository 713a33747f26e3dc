// What holds the members of a group together, of each member that has it: control by other members as the current run found
// it, the holdings of other members in it, and on which members it depends.
// A control: id, controller, basis, votes. A holding: id, holder, source, votes (or the share where they are not told). A
// dependence: id, provider, criterion, status, weight, part, whole.
// `rebutted`: ids of links that were rebutted after the run, which its groups still rest on.
// params: members: list[str], rebutted: list[str]
// returns: found: list[map]
UNWIND $members AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
CALL {
  WITH p
  MATCH (p)-[c:CONTROLLED_BY]->(q:Party)
  WHERE q.party_id IN $members AND @visible(c) AND @scope(q)
  WITH c, q ORDER BY c.id
  RETURN collect([c.id, q.party_id, c.basis, c.votes]) AS control
}
CALL {
  WITH p
  MATCH (q:Party)-[o:OWNS]->(p)
  WHERE q.party_id IN $members AND @known(o) AND o.valid_from <= $as_of AND o.valid_to > $as_of
    AND (o.status = 'confirmed' OR o.id IN $rebutted) AND @scope(q)
  WITH o, q ORDER BY o.id
  RETURN collect([o.id, q.party_id, o.source, coalesce(o.votes, o.share)]) AS held
}
CALL {
  WITH p
  MATCH (p)-[d:DEPENDS_ON]->(q:Party)
  WHERE q.party_id IN $members AND @known(d) AND d.valid_from <= $as_of AND d.valid_to > $as_of
    AND (d.status <> 'rebutted' OR d.id IN $rebutted) AND @scope(q)
  WITH d, q ORDER BY d.id
  RETURN collect([d.id, q.party_id, d.criterion, d.status, d.weight, d.part_amount, d.whole_amount]) AS depends
}
WITH id, control, held, depends ORDER BY id
RETURN collect({party_id: id, control: control, held: held, depends: depends}) AS found
