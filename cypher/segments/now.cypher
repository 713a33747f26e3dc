// One saved filter as it is now, locked until the transaction ends. No row where it is closed.
// mode: write
// params: segment_id: str
// returns: segment: map
MATCH (s:Segment {segment_id: $segment_id})
WHERE s.seq_out = $open_seq AND s.filter IS NOT NULL
SET s.segment_id = $segment_id
RETURN properties(s) AS segment
