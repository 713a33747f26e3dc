// Analysis runs, the newest first.
// params: limit: int
// returns: run: map
MATCH (w:AnalysisRun)
RETURN properties(w) AS run
ORDER BY w.seq DESC LIMIT $limit
