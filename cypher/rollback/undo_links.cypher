// Put links back to what they were before a load: close what is open of them, open copies of what the load closed.
// row.id names the link. A status that a person set since then goes over to a copy with the same shares and amounts; a copy
// with others has the source's, and the decision waits. A link that a person closed since then stays closed, and one that a
// person ended on a day (a handover) ends then. Of derived links (`derived`) only what the load itself left is put back.
// What is open is locked, then looked up again: a person may have changed it while we waited.
// mode: write
// each: link
// params: number: int, derived: bool
// returns: done: int
UNWIND $rows AS row
OPTIONAL MATCH ()-[held:@Type]->()
WHERE held.id = row.id AND held.seq_in >= 0 AND held.seq_out = $open_seq
SET held.id = row.id
WITH row, count(held) AS locked
MATCH ()-[r:@Type]->()
WHERE r.id = row.id AND r.seq_in >= 0
WITH row, r
ORDER BY r.seq_in
WITH row, collect(r) AS versions
WITH versions[-1] AS last, [v IN versions WHERE v.seq_out = $open_seq][0] AS current,
  [v IN versions WHERE v.seq_in <> $number AND v.seq_out = $number][0] AS before,
  [v IN versions WHERE v.seq_in = $number][0] AS loaded
WITH *, coalesce(current.seq_in, last.seq_out) AS latest
WITH *, EXISTS {
    MATCH (w:LoadRun)
    WHERE w.seq = latest AND w.seq > $number AND w.kind = 'write' AND w.state = 'published'
  } AS written
WHERE NOT ($derived AND latest <> $number)
WITH current, before, written AND current.valid_to <> loaded.valid_to AS ended, startNode(before) AS a, endNode(before) AS b,
  properties(before) AS values, properties(current) AS now,
  before IS NOT NULL AND (current IS NOT NULL OR NOT written) AS again,
  current IS NOT NULL AND (written OR coalesce(current.decided, '') <> ''
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
