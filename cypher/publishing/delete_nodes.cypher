// Remove nodes of a number that was never published. One that others have linked to since stays, as old as the first of
// these links: it was there for them, whoever made it.
// mode: write
// each: node
// params: number: int
// returns: done: int
UNWIND $rows AS row
MATCH (n:@Label)
WHERE elementId(n) = row.element AND n.seq_in = $number
OPTIONAL MATCH (n)-[r]-(x)
WHERE r.seq_in <> $number
WITH n, min(r.seq_in) AS first
FOREACH (one IN CASE WHEN first IS NULL THEN [] ELSE [first] END | SET n.seq_in = one)
FOREACH (one IN CASE WHEN first IS NULL THEN [n] ELSE [] END | DETACH DELETE one)
RETURN count(*) AS done
