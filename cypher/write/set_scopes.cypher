// Give parties that a run found in groups their tokens; row.key, row.node (the number of the node, by which it is found at
// once, unless another has been given it since), row.scope, row.old (what it replaces, tokens joined by a unit separator).
// Tokens of branches and managers stay as they are now: a handover may have changed them meanwhile.
// One Version keeps the old tokens of all rows, since runs move most parties of a bank at once.
// mode: write
// returns: done: int
CREATE (:Version {version_id: 'scopes:' + $rows[0].key + ':' + toString($seq), of_label: 'Party', seq_out: $seq,
  keys: [row IN $rows | row.key], scopes: [row IN $rows | row.old]})
WITH count(*) AS kept
UNWIND $rows AS row
MATCH (n)
WHERE id(n) = row.node AND n.party_id = row.key
SET n.scope = [token IN coalesce(n.scope, []) WHERE split(token, ':')[0] IN ['branch', 'manager']]
  + [token IN row.scope WHERE NOT split(token, ':')[0] IN ['branch', 'manager']]
RETURN count(*) AS done
