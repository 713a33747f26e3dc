// Close the open version of links and open the new one in its place. A status that a person decided stays with the same
// shares and amounts; with others the status is the source's again, and the decision waits.
// row.properties are all the link's own, its id too; row.from and row.to the keys of the ends.
// What is open is locked, then looked up again: a person may have changed it while we waited.
// mode: write
// each: ends
// returns: done: int
UNWIND $rows AS row
MATCH ()-[held:@Type]->()
WHERE held.id = row.properties.id AND held.seq_in >= 0 AND held.seq_out = $open_seq
SET held.id = row.properties.id
WITH row
MATCH ()-[old:@Type]->()
WHERE old.id = row.properties.id AND old.seq_in >= 0 AND old.seq_out = $open_seq
MATCH (a:@From {@fromKey: row.from})
MATCH (b:@To {@toKey: row.to})
WITH row, old, a, b, old.decided IS NOT NULL
  AND [name IN @figures | coalesce(old[name], '')] = [name IN @figures | coalesce(row.properties[name], '')] AS holds
SET old.seq_out = $seq
CREATE (a)-[r:@Type]->(b)
SET r = row.properties, r.seq_in = $seq, r.seq_out = $open_seq,
  r.status = CASE WHEN holds THEN old.status ELSE row.properties.status END,
  r.decided = CASE WHEN holds THEN old.decided END,
  r.stated = CASE WHEN holds THEN row.properties.status END
RETURN count(*) AS done
