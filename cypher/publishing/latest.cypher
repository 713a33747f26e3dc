// The state of the world that is published last.
// returns: seq: int, at: int, pending: list[int], run_id: str
MATCH (p:Published)
WHERE p.seq >= 0
RETURN p.seq AS seq, p.at AS at, p.pending AS pending, p.run_id AS run_id
ORDER BY p.seq DESC LIMIT 1
