// All confirmed kinship of the view, as columns: from is the `relation` of to.
// returns: chunk: int, person: list[int], relative: list[int], relation: list[str]
MATCH (a)-[r:KIN_OF]->(b)
WITH toInteger(id(r) / 10000) AS chunk, id(a) AS person, id(b) AS relative,
  r {.seq_in, .seq_out, .valid_from, .valid_to, .status, .relation} AS r
WHERE r.status = 'confirmed' AND @visible(r) AND @system(a) AND @system(b)
RETURN chunk, collect(person) AS person, collect(relative) AS relative, collect(coalesce(r.relation, '')) AS relation
