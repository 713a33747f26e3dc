// The runs that became the current one when they were published, up to a number, the first one first.
// params: by: int
// returns: run_id: str, number: int, as_of: int, published_at: int, currency: str, parameters: str
MATCH (w:AnalysisRun)
WHERE w.state = 'published' AND w.published_seq <= $by
MATCH (p:Published {seq: w.published_seq})
WHERE p.run_id = w.run_id
RETURN w.run_id AS run_id, w.seq AS number, w.as_of AS as_of, w.published_at AS published_at, w.currency AS currency,
  w.parameters AS parameters
ORDER BY number
