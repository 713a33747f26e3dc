// The Versions that keep the tokens which a number replaced, of many parties each.
// mode: write
// params: number: int
// returns: element: str
MATCH (v:Version)
WHERE v.seq_out = $number AND v.keys IS NOT NULL
RETURN elementId(v) AS element
