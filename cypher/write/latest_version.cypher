// The latest version of a link, and whether an unpublished number has closed it.
// mode: write
// each: link
// params: id: str
// returns: seq_in: int, seq_out: int, closed_by_pending: bool, properties: map
MATCH ()-[r:@Type]->()
WHERE r.id = $id AND r.seq_in >= 0
RETURN r.seq_in AS seq_in, r.seq_out AS seq_out,
  EXISTS { MATCH (w:LoadRun|AnalysisRun) WHERE w.seq = r.seq_out AND w.state IN ['pending', 'sweeping'] }
    AS closed_by_pending,
  properties(r) AS properties
ORDER BY seq_in DESC LIMIT 1
