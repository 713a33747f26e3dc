// Make nodes, or make closed ones known again; row.key, row.properties, and row.labels for parties.
// mode: write
// each: node
// returns: done: int
UNWIND $rows AS row
MERGE (n:@Label {@key: row.key})
ON CREATE SET n.seq_in = $seq, n.seq_out = $open_seq
SET n.absent = CASE WHEN n.seq_out < $open_seq THEN coalesce(n.absent, []) + [n.seq_out, $seq] ELSE n.absent END,
  n.seq_out = $open_seq, n += row.properties
FOREACH (x IN CASE WHEN row.labels IS NULL THEN [] ELSE [1] END |
  REMOVE n:Person, n:Company, n:Customer, n:Prospect, n:Guarantor, n:Referrer)
FOREACH (x IN CASE WHEN 'Person' IN row.labels THEN [1] ELSE [] END | SET n:Person)
FOREACH (x IN CASE WHEN 'Company' IN row.labels THEN [1] ELSE [] END | SET n:Company)
FOREACH (x IN CASE WHEN 'Customer' IN row.labels THEN [1] ELSE [] END | SET n:Customer)
FOREACH (x IN CASE WHEN 'Prospect' IN row.labels THEN [1] ELSE [] END | SET n:Prospect)
FOREACH (x IN CASE WHEN 'Guarantor' IN row.labels THEN [1] ELSE [] END | SET n:Guarantor)
FOREACH (x IN CASE WHEN 'Referrer' IN row.labels THEN [1] ELSE [] END | SET n:Referrer)
RETURN count(*) AS done
