// Loads published after a number and not rolled back, the newest first.
// mode: write
// params: number: int
// returns: id: str
MATCH (w:LoadRun)
WHERE w.seq > $number AND w.kind = 'load' AND w.state = 'published'
RETURN w.load_id AS id
ORDER BY w.seq DESC
