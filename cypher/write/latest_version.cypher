// The latest version of a link, locked until the transaction ends, and whether another unpublished number opened or closed it.
// Which one it is, is found without the lock; what is returned of it is read behind the lock: who waited for it sees what
// the one before has done to it.
// from_id, to_id: the parties at its ends.
// mode: write
// each: link
// params: id: str
// returns: seq_in: int, seq_out: int, unpublished: bool, properties: map, from_id: str, to_id: str
MATCH (a)-[r:@Type]->(b)
WHERE r.id = $id AND r.seq_in >= 0
WITH a, b, r ORDER BY r.seq_out = $open_seq DESC, r.seq_in DESC LIMIT 1
SET r.id = $id
WITH a, b, r
RETURN r.seq_in AS seq_in, r.seq_out AS seq_out,
  EXISTS { MATCH (w:LoadRun|AnalysisRun)
    WHERE w.seq IN [r.seq_in, r.seq_out] AND w.seq <> $seq AND w.state IN ['pending', 'sweeping'] } AS unpublished,
  properties(r) AS properties, a.party_id AS from_id, b.party_id AS to_id
