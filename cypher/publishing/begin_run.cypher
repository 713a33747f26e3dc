// Record an analysis run under its number.
// mode: write
// params: run_id: str, number: int, at: int, properties: map
// returns: id: str
CREATE (w:AnalysisRun {run_id: $run_id})
SET w += $properties, w.seq = $number, w.state = 'pending', w.started_at = $at, w.heartbeat = timestamp()
RETURN w.run_id AS id
