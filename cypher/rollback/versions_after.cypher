// The attribute values that persons have replaced since a number, a node each: not those of loads, rollbacks and runs.
// mode: write
// params: number: int
// returns: label: str, key: str, values: str, labels: list[str]
MATCH (v:Version)
WHERE v.seq_out > $number AND v.keys IS NULL
  AND NOT EXISTS { MATCH (w:LoadRun|AnalysisRun) WHERE w.seq = v.seq_out AND coalesce(w.kind, 'run') <> 'write' }
RETURN v.of_label AS label, v.of_key AS key, v.values AS values, v.labels AS labels
