// The values that an event had until they were replaced, the earliest first.
// params: event_id: str
// returns: values: str
MATCH (v:Version {of_key: $event_id})
WHERE v.of_label = 'Event' AND v.seq_out <= $seq AND NOT v.seq_out IN $pending
RETURN v.values AS values
ORDER BY v.seq_out
