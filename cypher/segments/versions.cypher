// The values that a saved filter had until they were replaced, the earliest first.
// params: segment_id: str
// returns: values: str, until: int
MATCH (v:Version {of_key: $segment_id})
WHERE v.of_label = 'Segment' AND v.seq_out <= $seq AND NOT v.seq_out IN $pending
RETURN v.values AS values, v.seq_out AS until
ORDER BY until
