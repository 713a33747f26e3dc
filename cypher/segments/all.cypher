// The saved filters, by name.
// returns: segment: map
MATCH (s:Segment)
WHERE s.filter IS NOT NULL AND @current(s)
RETURN properties(s) AS segment
ORDER BY s.name, s.segment_id
