// Of the runs published by a number the one whose day is nearest to a day, the later of two.
// params: day: int, by: int
// returns: run_id: str, run_day: int
MATCH (w:AnalysisRun)
WHERE w.state = 'published' AND w.published_seq <= $by AND w.as_of IS NOT NULL
RETURN w.run_id AS run_id, w.as_of AS run_day
ORDER BY abs(w.as_of - $day), w.published_seq DESC
LIMIT 1
