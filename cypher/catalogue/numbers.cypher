// The loads and runs behind numbers, with the day a run speaks of.
// params: numbers: list[int]
// returns: number: int, id: str, is_run: bool, as_of: int, published_at: int
UNWIND $numbers AS number
MATCH (w:LoadRun|AnalysisRun)
WHERE w.seq = number
RETURN number, coalesce(w.run_id, w.load_id) AS id, w:AnalysisRun AS is_run, w.as_of AS as_of, w.published_at AS published_at
ORDER BY number
