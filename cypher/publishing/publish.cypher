// Append a publication: one more state of the world that readers may see.
// mode: write
// params: number: int, at: int, pending: list[int], of: str, run_id: str
// returns: number: int
OPTIONAL MATCH (last:Published) WHERE last.seq > 0
WITH last ORDER BY last.seq DESC LIMIT 1
CREATE (p:Published {seq: $number, at: CASE WHEN last.at >= $at THEN last.at + 1 ELSE $at END,
  pending: $pending, of: $of, run_id: coalesce($run_id, last.run_id)})
RETURN p.seq AS number
