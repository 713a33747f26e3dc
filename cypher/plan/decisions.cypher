// Of links that are closed, the decision of a person that their last version carries; row.key is the link's id.
// mode: write
// each: link
// returns: id: str, status: str, decided: str
UNWIND $rows AS row
MATCH ()-[r:@Type]->()
WHERE r.id = row.key AND r.seq_in >= 0
WITH r
ORDER BY r.seq_in
WITH r.id AS id, collect(r)[-1] AS last
OPTIONAL MATCH (w:LoadRun {seq: last.seq_in, kind: 'write'})
WITH id, last, coalesce(last.decided, w.load_id) AS decided
WHERE decided IS NOT NULL
RETURN id, last.status AS status, decided
