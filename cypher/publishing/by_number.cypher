// The state of the world that was published under a number.
// params: number: int
// returns: seq: int, at: int, pending: list[int], run_id: str
MATCH (p:Published {seq: $number})
RETURN p.seq AS seq, p.at AS at, p.pending AS pending, p.run_id AS run_id
