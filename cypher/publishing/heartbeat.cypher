// A sign of life of an unfinished load or run; no row comes back when it was swept meanwhile.
// The time is the server's: machines whose clocks differ would take each other for dead.
// The lock comes before the state is read: a sweep that is just being marked is seen.
// mode: write
// params: number: int, touched: list[str]
// returns: number: int
MATCH (w:LoadRun|AnalysisRun)
WHERE w.seq = $number
SET w.seq = $number
WITH w
WHERE w.state = 'pending'
SET w.heartbeat = timestamp(),
  w.touched = coalesce(w.touched, []) + [t IN $touched WHERE NOT t IN coalesce(w.touched, [])]
RETURN w.seq AS number
