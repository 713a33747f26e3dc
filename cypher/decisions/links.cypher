// The versions of links that the view knows and that are open in it, whatever their day and status, with their ends.
// each: link
// params: ids: list[str]
// returns: link: map, start: map, end: map
UNWIND $ids AS id
MATCH (a)-[r:@Type]->(b)
WHERE r.id = id AND r.seq_in >= 0 AND @known(r) AND @scope(a) AND @scope(b)
RETURN properties(r) AS link, a {.party_id, .name, .name_en, .kind} AS start, b {.party_id, .name, .name_en, .kind} AS end
