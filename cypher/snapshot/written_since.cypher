// What loads, runs and persons have published since a publication: the labels and link types that each wrote; null for a
// write that does not tell.
// params: since: int
// returns: number: int, touched: list[str]
MATCH (w:LoadRun|AnalysisRun)
WHERE w.published_seq > $since AND w.published_seq <= $seq
RETURN w.published_seq AS number, CASE w.kind WHEN 'write' THEN w.touched ELSE coalesce(w.touched, []) END AS touched
ORDER BY number
