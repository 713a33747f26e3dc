// Loads, rollbacks and writes, the newest first.
// params: limit: int
// returns: load: map
MATCH (w:LoadRun)
RETURN properties(w) AS load
ORDER BY w.seq DESC LIMIT $limit
