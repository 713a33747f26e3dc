// Give an unfinished load or run its last state and figures; no row comes back when it was swept meanwhile.
// mode: write
// params: number: int, from_states: list[str], state: str, properties: map
// returns: number: int
MATCH (w:LoadRun|AnalysisRun)
WHERE w.seq = $number AND w.state IN $from_states
SET w += $properties, w.state = $state
RETURN w.seq AS number
