// The values that a campaign had until they were replaced, the earliest first.
// params: campaign_id: str
// returns: values: str, until: int
MATCH (v:Version {of_key: $campaign_id})
WHERE v.of_label = 'Campaign' AND v.seq_out <= $seq AND NOT v.seq_out IN $pending
RETURN v.values AS values, v.seq_out AS until
ORDER BY until
