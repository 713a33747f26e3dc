// Put replaced tokens back, and remove the Version that kept them; row.element. Tokens of branches and managers stay as they
// are: runs do not decide them.
// mode: write
// params: number: int
// returns: done: int
UNWIND $rows AS row
MATCH (v:Version)
WHERE elementId(v) = row.element AND v.seq_out = $number
CALL (v) {
  UNWIND range(0, size(v.keys) - 1) AS at
  MATCH (n:Party {party_id: v.keys[at]})
  SET n.scope = [token IN coalesce(n.scope, []) WHERE split(token, ':')[0] IN ['branch', 'manager']]
    + [token IN split(v.scopes[at], '\u001F') WHERE token <> '' AND NOT split(token, ':')[0] IN ['branch', 'manager']]
}
DELETE v
RETURN count(*) AS done
