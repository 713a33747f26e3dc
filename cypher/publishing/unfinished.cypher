// Loads and runs that were begun and neither published nor swept.
// mode: write
// returns: id: str, label: str, number: int, state: str, user: str, host: str, process: str, started_at: int, silent_ms: int, touched: list[str]
MATCH (w:LoadRun|AnalysisRun)
WHERE w.state IN ['pending', 'sweeping']
RETURN coalesce(w.load_id, w.run_id) AS id, CASE WHEN w:LoadRun THEN 'LoadRun' ELSE 'AnalysisRun' END AS label,
  w.seq AS number, w.state AS state, w.user AS user, w.host AS host, w.process AS process,
  w.started_at AS started_at, timestamp() - w.heartbeat AS silent_ms, coalesce(w.touched, []) AS touched
ORDER BY number
