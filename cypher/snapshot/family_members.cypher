// Memberships of families that earlier runs derived and that are open, as columns; each of the reasons ends its line.
// returns: chunk: int, link: list[str], seq_in: list[int], from_key: list[str], party: list[int], group_id: list[str], role: list[str], status: list[str], reasons: list[str]
MATCH (p)-[r:MEMBER_OF]->(g:Family)
WHERE @known(r) AND @system(p) AND @current(g)
WITH toInteger(id(r) / 10000) AS chunk, r, id(p) AS party, g.family_id AS group_id
RETURN chunk, collect(r.id) AS link, collect(r.seq_in) AS seq_in, collect(coalesce(r.from_key, '')) AS from_key, collect(party) AS party,
  collect(group_id) AS group_id, collect(coalesce(r.role, '')) AS role, collect(r.status) AS status,
  collect(reduce(text = '', reason IN coalesce(r.reasons, []) | text + reason + '\n')) AS reasons
