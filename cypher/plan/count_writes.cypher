// How many small writes there have been: without any, no person has decided anything.
// mode: write
// returns: writes: int
MATCH (w:LoadRun {kind: 'write'})
RETURN count(w) AS writes
