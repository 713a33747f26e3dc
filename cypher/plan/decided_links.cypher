// Links whose last version carries a person's decision, with their shares and amounts; row.key is the link's id.
// A person may write while a load goes on, under a larger number than the load that changes the link after him: the last version
// is one that no other follows.
// mode: write
// each: link
// returns: id: str, status: str, decided: str, figures: list
UNWIND $rows AS row
MATCH ()-[r:@Type]->()
WHERE r.id = row.key AND r.seq_in >= 0
WITH r
ORDER BY r.seq_in
WITH r.id AS id, collect(r) AS versions, collect(r.seq_in) AS followed
WITH id, [v IN versions WHERE NOT v.seq_out IN followed][-1] AS last
WHERE last.decided IS NOT NULL
RETURN id, last.status AS status, last.decided AS decided, [name IN @figures | last[name]] AS figures
