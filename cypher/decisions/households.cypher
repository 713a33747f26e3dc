// What persons decided about two others being one household, of what counts in the view: `together` or `apart`, by party ids.
// returns: one: str, other: str, decision: str
MATCH (d:Decision {link_type: 'MEMBER_OF'})
WHERE any(approved IN coalesce(d.approved_seq, []) WHERE approved <= $seq) AND coalesce(d.superseded_seq, $seq + 1) > $seq
RETURN d.from_id AS one, d.to_id AS other, d.decision AS decision
ORDER BY one, other
