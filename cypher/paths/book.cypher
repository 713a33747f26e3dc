// The ties of a manager to the customers of the book, past the asker's scope: whoever is outside it is to be veiled. Shapes
// as `paths/ties` tells them; the first `scan` links are read.
// params: manager_id: str, ends: list[str], strengths: map, scan: int
// returns: found: list[list]
MATCH (p:Party)-[r:MANAGED_BY]->(m:RelationshipManager {manager_id: $manager_id})
WHERE $strengths.MANAGED_BY IS NOT NULL
WITH p, r LIMIT $scan
WITH p, r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status, .role} AS r
WITH p, r, @visible(r) AND @veiled(p) AS shown,
  coalesce(p.marketing_opt_out, false) AND NOT p.party_id IN $ends AS spared
RETURN [[$manager_id, collect(CASE WHEN shown AND NOT spared THEN ['MANAGED_BY', r.id, false, p.party_id, r.status,
  r.valid_from, r.role, head([band IN $strengths.MANAGED_BY WHERE r.valid_from >= band[0] | band[1]])] END), count(*),
  collect(CASE WHEN shown AND spared THEN p.party_id END), false]] AS found
