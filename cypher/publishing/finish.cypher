// Give an unfinished load or run its last state and figures; no row comes back when it was swept meanwhile.
// The lock comes before the state is read, so that of several writers each sees what the one before has done.
// mode: write
// params: number: int, from_states: list[str], state: str, properties: map
// returns: number: int, touched: list[str]
MATCH (w:LoadRun|AnalysisRun)
WHERE w.seq = $number
SET w.seq = $number
WITH w
WHERE w.state IN $from_states
SET w += $properties, w.state = $state
RETURN w.seq AS number, coalesce(w.touched, []) AS touched
