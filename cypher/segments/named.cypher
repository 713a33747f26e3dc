// The saved filters of a name that are not closed.
// mode: write
// params: called: str
// returns: segment_id: str
MATCH (s:Segment)
WHERE s.name = $called AND s.filter IS NOT NULL AND s.seq_out = $open_seq
RETURN s.segment_id AS segment_id
ORDER BY segment_id
