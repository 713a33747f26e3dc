// Open links; row.from and row.to are the keys of the ends, row.properties all the link's own.
// mode: write
// each: ends
// returns: done: int
UNWIND $rows AS row
MATCH (a:@From {@fromKey: row.from})
MATCH (b:@To {@toKey: row.to})
CREATE (a)-[r:@Type]->(b)
SET r = row.properties, r.seq_in = $seq, r.seq_out = $open_seq
RETURN count(*) AS done
