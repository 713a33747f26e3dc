// What persons have corrected of registered parties since the view: the record and the values that it had until then, JSON, the
// earliest first.
// returns: found: list[list]
MATCH (v:Version)
USING INDEX v:Version(of_key)
WHERE v.of_key STARTS WITH 'manual:party:' AND (v.seq_out > $seq OR v.seq_out IN $pending)
WITH v.of_key AS record_id, v.values AS was ORDER BY v.seq_out
RETURN collect([record_id, was]) AS found
