// Close links of a run and open new versions in their place; row.seq_in names the version that the run has read.
// row.properties are all the link's own, its id too; row.from and row.to the keys of the ends.
// What is open is locked, then looked up again: one that a person has changed since is left alone.
// mode: write
// each: ends
// returns: done: int
UNWIND $rows AS row
MATCH ()-[held:@Type]->()
WHERE held.id = row.properties.id AND held.seq_in = row.seq_in AND held.seq_out = $open_seq
SET held.id = row.properties.id
WITH row
MATCH ()-[old:@Type]->()
WHERE old.id = row.properties.id AND old.seq_in = row.seq_in AND old.seq_out = $open_seq
MATCH (a:@From {@fromKey: row.from})
MATCH (b:@To {@toKey: row.to})
SET old.seq_out = $seq
CREATE (a)-[r:@Type]->(b)
SET r = row.properties, r.seq_in = $seq, r.seq_out = $open_seq
RETURN count(*) AS done
