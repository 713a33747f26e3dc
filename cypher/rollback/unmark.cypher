// Mark a load as rolled back; no row comes back when it is not published any more.
// mode: write
// params: number: int
// returns: number: int
MATCH (w:LoadRun)
WHERE w.seq = $number AND w.state = 'published'
SET w.state = 'rolled_back'
RETURN w.seq AS number
