// Decisions of persons on its links, as kept, proposed up to the view.
// section: p
// returns: row: map
MATCH (d:Decision)
WHERE (d.from_id = p.party_id OR d.to_id = p.party_id) AND d.proposed_seq <= $seq
WITH d ORDER BY d.proposed_seq DESC
RETURN {rows: collect(properties(d))} AS row
