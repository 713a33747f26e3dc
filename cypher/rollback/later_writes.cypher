// Numbers of the small writes since a number.
// mode: write
// params: number: int
// returns: number: int
MATCH (w:LoadRun)
WHERE w.seq > $number AND w.kind = 'write' AND w.state = 'published'
RETURN w.seq AS number
