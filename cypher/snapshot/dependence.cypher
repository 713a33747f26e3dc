// Economic dependence of the view that sources tell or a person has decided on, as columns; what runs found and nobody decided
// is no input. status: 0 flagged, 1 confirmed, 2 rebutted. by_run: 1 where a run found it, with the part and the whole that it
// compared when the person decided (-1 where none is told).
// returns: chunk: int, link: list[str], dependent: list[int], provider: list[int], criterion: list[str], status: list[int], by_run: list[int], part: list[int], whole: list[int]
MATCH (a)-[r:DEPENDS_ON]->(b)
WITH toInteger(id(r) / 10000) AS chunk, id(a) AS dependent, id(b) AS provider,
  r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status, .source, .criterion, .part_amount, .whole_amount, .decided} AS r
WHERE @known(r) AND r.valid_from <= $as_of AND r.valid_to > $as_of AND (r.source <> 'run' OR r.decided IS NOT NULL)
  AND @system(a) AND @system(b)
RETURN chunk, collect(r.id) AS link, collect(dependent) AS dependent, collect(provider) AS provider,
  collect(coalesce(r.criterion, '')) AS criterion,
  collect(CASE r.status WHEN 'confirmed' THEN 1 WHEN 'rebutted' THEN 2 ELSE 0 END) AS status,
  collect(CASE r.source WHEN 'run' THEN 1 ELSE 0 END) AS by_run, collect(coalesce(r.part_amount, -1)) AS part,
  collect(coalesce(r.whole_amount, -1)) AS whole
