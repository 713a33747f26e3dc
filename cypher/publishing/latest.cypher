// The state of the world that is published last.
// run_day: the day that the analysis run spoke of whose results it shows. stale: a load that run read was rolled back.
// behind: a load wrote something, or was undone, since that run read.
// returns: seq: int, at: int, pending: list[int], run_id: str, run_day: int, stale: bool, behind: bool
MATCH (p:Published)
WHERE p.seq >= 0
WITH p ORDER BY p.seq DESC LIMIT 1
OPTIONAL MATCH (w:AnalysisRun {run_id: p.run_id})
RETURN p.seq AS seq, p.at AS at, p.pending AS pending, p.run_id AS run_id, w.as_of AS run_day,
  coalesce(w.stale, false) AS stale,
  EXISTS { MATCH (n:Published) WHERE n.seq > w.input_seq AND n.seq <= p.seq
    AND (n.of STARTS WITH 'rollback-'
      OR EXISTS { MATCH (l:LoadRun {load_id: n.of}) WHERE l.load_id STARTS WITH 'load-' AND size(l.touched) > 0 }) } AS behind
