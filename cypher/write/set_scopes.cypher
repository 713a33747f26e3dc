// Give parties that a run found in groups their tokens, keeping the old ones as a Version; row.scope, row.old (JSON of what is
// replaced). A run does so once a party, so its Version cannot be there yet.
// mode: write
// returns: done: int
UNWIND $rows AS row
MATCH (n:Party {party_id: row.key})
CREATE (:Version {version_id: 'Party:' + row.key + ':' + toString($seq), of_label: 'Party', of_key: row.key,
  seq_out: $seq, values: row.old})
SET n.scope = row.scope
RETURN count(*) AS done
