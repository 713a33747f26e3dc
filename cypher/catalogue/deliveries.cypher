// Which loads, published by a number, delivered which labels and link types.
// params: by: int
// returns: mapping: str, touched: list[str]
MATCH (w:LoadRun)
WHERE w.state = 'published' AND w.published_seq <= $by AND w.kind = 'load'
RETURN w.mapping AS mapping, coalesce(w.touched, []) AS touched
