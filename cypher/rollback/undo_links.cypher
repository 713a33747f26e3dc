// Put links back to what they were before a load: close what is open of them, open copies of what the load closed.
// row.id names the link. A status that a person set since then goes over to a copy with the same shares and amounts; a copy
// with others has the source's, and the decision waits. A link that a person closed since then stays closed, and one that a
// person ended on a day (a handover) ends then. Of derived links (`derived`) only what the load itself left is put back.
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
  [v IN versions WHERE v.seq_in <> $number AND v.seq_out = $number][0] AS before,
  [v IN versions WHERE v.seq_in = $number][0] AS loaded
WITH last, current, before, current.seq_in IN $writes AND current.valid_to <> loaded.valid_to AS ended,
  $derived AND NOT coalesce(current.seq_in, last.seq_out) = $number AS superseded
WHERE NOT superseded
WITH current, before, ended, startNode(before) AS a, endNode(before) AS b, properties(before) AS values,
  properties(current) AS now,
  before IS NOT NULL AND (current IS NOT NULL OR NOT last.seq_out IN $writes) AS again,
  current IS NOT NULL AND (current.seq_in IN $writes OR coalesce(current.decided, '') <> ''
    AND current.decided <> coalesce(before.decided, '')) AS by_person
WITH *, CASE WHEN NOT by_person THEN values
  WHEN [name IN @figures | coalesce(values[name], '')] = [name IN @figures | coalesce(now[name], '')] THEN now
  ELSE {status: coalesce(values.stated, values.status)} END AS told
FOREACH (x IN CASE WHEN current IS NULL THEN [] ELSE [1] END | SET current.seq_out = $seq)
FOREACH (x IN CASE WHEN again THEN [1] ELSE [] END |
  CREATE (a)-[c:@Type]->(b)
  SET c = values {.*, seq_in: $seq, seq_out: $open_seq, status: told.status, decided: told.decided, stated: told.stated,
    valid_to: CASE WHEN ended THEN now.valid_to ELSE values.valid_to END})
RETURN count(*) AS done
