// Put replaced tokens back, and remove the Version that kept them; row.element.
// mode: write
// params: number: int
// returns: done: int
UNWIND $rows AS row
MATCH (v:Version)
WHERE elementId(v) = row.element AND v.seq_out = $number
CALL (v) {
  UNWIND range(0, size(v.keys) - 1) AS at
  MATCH (n:Party {party_id: v.keys[at]})
  SET n.scope = CASE WHEN v.scopes[at] = '' THEN [] ELSE split(v.scopes[at], '\u001F') END
}
DELETE v
RETURN count(*) AS done
