// The attribute values that a number replaced, a node each.
// mode: write
// params: number: int
// returns: element: str, label: str, key: str, values: str, labels: list[str]
MATCH (v:Version)
WHERE v.seq_out = $number AND v.keys IS NULL
RETURN elementId(v) AS element, v.of_label AS label, v.of_key AS key, v.values AS values, v.labels AS labels
