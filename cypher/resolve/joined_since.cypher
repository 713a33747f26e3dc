// Who was joined into another party after a number and up to the view, and into whom.
// params: since: int
// returns: found: list[list]
MATCH (p:Party)
WHERE @joined(p) AND p.seq_out > $since AND p.seq_out <= $seq AND NOT p.seq_out IN $pending
RETURN collect([p.party_id, p.joined_into]) AS found
