// Note the links of further rows that carry decisions; row.decision_id and row.link_id.
// mode: write
// returns: done: int
UNWIND $rows AS row
MATCH (d:Decision {decision_id: row.decision_id})
SET d.link_ids = d.link_ids + [id IN [row.link_id] WHERE NOT id IN d.link_ids]
RETURN count(*) AS done
