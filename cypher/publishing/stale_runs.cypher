// Mark the runs that read what a rollback withdrew.
// mode: write
// params: since: int
// returns: marked: int
MATCH (w:AnalysisRun)
WHERE w.input_seq >= $since AND w.state = 'published'
SET w.stale = true
RETURN count(w) AS marked
