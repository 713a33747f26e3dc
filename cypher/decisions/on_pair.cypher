// All decisions on two persons being one household, by the source keys of both. The latest come first.
// mode: write
// params: one: list[str], other: list[str]
// returns: decision: map
MATCH (d:Decision)
WHERE d.from_key IN $one + $other AND d.link_type = 'MEMBER_OF'
  AND ((d.from_key IN $one AND d.to_key IN $other) OR (d.from_key IN $other AND d.to_key IN $one))
RETURN properties(d) AS decision
ORDER BY d.proposed_seq DESC
