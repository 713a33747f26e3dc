// The decisions proposed up to the view on links at some parties, the latest first.
// params: ids: list[str]
// returns: decision: map
UNWIND $ids AS id
CALL {
  WITH id
  MATCH (d:Decision {from_id: id})
  RETURN d
  UNION
  WITH id
  MATCH (d:Decision {to_id: id})
  RETURN d
}
WITH DISTINCT d
WHERE d.proposed_seq <= $seq
RETURN properties(d) AS decision
ORDER BY d.proposed_seq DESC
