// Put links back to what they were before a load: close what is open of them, open copies of what the load closed.
// row.id names the link. A status that a person set since then goes over to the copy; a link that a person closed
// since then stays closed. Of derived links (`derived`) only what the load itself left is put back.
// mode: write
// each: link
// params: number: int, writes: list[int], derived: bool
// returns: done: int
UNWIND $rows AS row
MATCH ()-[r:@Type]->()
WHERE r.id = row.id AND r.seq_in >= 0
WITH row, r
ORDER BY r.seq_in
WITH row, collect(r) AS versions
WITH versions[-1] AS last, [v IN versions WHERE v.seq_out = $open_seq][0] AS current,
  [v IN versions WHERE v.seq_in < $number AND v.seq_out = $number][0] AS before
WITH last, current, before,
  $derived AND NOT coalesce(current.seq_in, last.seq_out) = $number AS superseded
WHERE NOT superseded
WITH current, before, startNode(before) AS a, endNode(before) AS b, properties(before) AS values,
  before IS NOT NULL AND (current IS NOT NULL OR NOT last.seq_out IN $writes) AS again,
  current IS NOT NULL AND (current.decided IS NOT NULL OR current.seq_in IN $writes) AS decided,
  current.status AS status, coalesce(current.decided, before.decided) AS decision
FOREACH (x IN CASE WHEN current IS NULL THEN [] ELSE [1] END | SET current.seq_out = $seq)
FOREACH (x IN CASE WHEN again THEN [1] ELSE [] END |
  CREATE (a)-[c:@Type]->(b)
  SET c = values {.*, seq_in: $seq, seq_out: $open_seq,
    status: CASE WHEN decided THEN status ELSE values.status END,
    decided: CASE WHEN decided THEN decision ELSE values.decided END})
RETURN count(*) AS done
