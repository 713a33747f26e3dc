// All decisions on what a link says, whichever row says it: same type, ends and basis. The latest come first.
// mode: write
// params: link_type: str, from_key: str, to_key: str, basis: str
// returns: decision: map
MATCH (d:Decision {from_key: $from_key})
WHERE d.link_type = $link_type AND d.to_key = $to_key AND d.basis = $basis
RETURN properties(d) AS decision
ORDER BY d.proposed_seq DESC
