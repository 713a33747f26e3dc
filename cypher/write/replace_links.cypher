// Close the open version of links and open the new one in its place; a status that a person decided stays.
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
OPTIONAL MATCH (w:LoadRun {seq: old.seq_in, kind: 'write'})
WITH row, old, a, b, coalesce(old.decided, w.load_id) AS decided
SET old.seq_out = $seq
CREATE (a)-[r:@Type]->(b)
SET r = row.properties, r.seq_in = $seq, r.seq_out = $open_seq, r.decided = decided,
  r.status = CASE WHEN decided IS NULL THEN row.properties.status ELSE old.status END
RETURN count(*) AS done
