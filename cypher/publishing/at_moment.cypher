// The last state of the world that was published at a moment (UTC milliseconds) or before.
// params: at: int
// returns: seq: int, at: int, pending: list[int], run_id: str
MATCH (p:Published)
WHERE p.at <= $at
RETURN p.seq AS seq, p.at AS at, p.pending AS pending, p.run_id AS run_id
ORDER BY p.at DESC, p.seq DESC LIMIT 1
