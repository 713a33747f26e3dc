// Saved filters by id or name.
// params: segment: str
// returns: segment: map
MATCH (s:Segment)
WHERE s.filter IS NOT NULL AND (s.segment_id = $segment OR s.name = $segment) AND @current(s)
RETURN properties(s) AS segment
ORDER BY s.segment_id
