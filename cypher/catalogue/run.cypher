// One analysis run as kept.
// params: run_id: str
// returns: run: map
MATCH (w:AnalysisRun {run_id: $run_id})
RETURN properties(w) AS run
