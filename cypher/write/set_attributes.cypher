// Change attributes of nodes, keeping the old values as a Version; row.key, row.values, row.old (JSON of the
// replaced values), row.labels and row.old_labels (labels of a party, or null where they stay).
// mode: write
// each: node
// returns: done: int
UNWIND $rows AS row
MATCH (n:@Label {@key: row.key})
MERGE (v:Version {version_id: '@Label:' + row.key + ':' + toString($seq)})
ON CREATE SET v.of_label = '@Label', v.of_key = row.key, v.seq_out = $seq, v.values = row.old, v.labels = row.old_labels
SET n += row.values
FOREACH (x IN CASE WHEN row.labels IS NULL THEN [] ELSE [1] END |
  REMOVE n:Person, n:Company, n:Customer, n:Prospect, n:Guarantor, n:Referrer)
FOREACH (x IN CASE WHEN 'Person' IN row.labels THEN [1] ELSE [] END | SET n:Person)
FOREACH (x IN CASE WHEN 'Company' IN row.labels THEN [1] ELSE [] END | SET n:Company)
FOREACH (x IN CASE WHEN 'Customer' IN row.labels THEN [1] ELSE [] END | SET n:Customer)
FOREACH (x IN CASE WHEN 'Prospect' IN row.labels THEN [1] ELSE [] END | SET n:Prospect)
FOREACH (x IN CASE WHEN 'Guarantor' IN row.labels THEN [1] ELSE [] END | SET n:Guarantor)
FOREACH (x IN CASE WHEN 'Referrer' IN row.labels THEN [1] ELSE [] END | SET n:Referrer)
RETURN count(*) AS done
