// Record a load, rollback or small write under its number.
// mode: write
// params: load_id: str, number: int, at: int, properties: map
// returns: id: str
CREATE (w:LoadRun {load_id: $load_id})
SET w += $properties, w.seq = $number, w.state = 'pending', w.started_at = $at, w.heartbeat = timestamp()
RETURN w.load_id AS id
