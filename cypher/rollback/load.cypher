// A load, rollback or write by its id.
// mode: write
// params: load_id: str
// returns: number: int, kind: str, state: str, published_seq: int, touched: list[str]
MATCH (w:LoadRun {load_id: $load_id})
RETURN w.seq AS number, w.kind AS kind, w.state AS state, w.published_seq AS published_seq,
  coalesce(w.touched, []) AS touched
