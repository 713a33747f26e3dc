// The strongest ties of parties to others, by links of the kinds that people may call on, past the asker's scope: whoever is
// outside it is to be veiled. Of each kind the first `scan` links of a party are read and the `most` latest of these kept.
// `strengths` tells by kind [first day, strength of a tie that began on it or later], the latest day first; kinds that it
// does not tell are not followed.
// A list a party: its id, at most `most` ties (one more where there are more), how many links of one kind were read at
// most, who else would have been tied to it but asked not to be approached and is none of the `ends`, and whether it asked
// so itself. A tie: [kind, link id, outgoing, other party's id, status, first day, detail, strength].
// params: ids: list[str], ends: list[str], strengths: map, scan: int, most: int
// returns: found: list[list]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @veiled(p)
CALL {
  WITH p
  MATCH (p)-[r:KIN_OF]-(q:Party)
  WHERE $strengths.KIN_OF IS NOT NULL
  WITH p, q, r LIMIT $scan
  WITH q, startNode(r) = p AS outgoing, r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status, .relation} AS r, q = p AS own
  WITH q, outgoing, r, @visible(r) AND @veiled(q) AND NOT own AS shown,
    coalesce(q.marketing_opt_out, false) AND NOT q.party_id IN $ends AS spared
  ORDER BY r.valid_from DESC, r.id
  RETURN 'KIN_OF' AS kind, count(*) AS scanned, collect(CASE WHEN shown AND NOT spared THEN [r.id, outgoing, q.party_id,
    r.status, r.valid_from, r.relation] END)[..$most + 1] AS links,
    collect(CASE WHEN shown AND spared THEN q.party_id END) AS shy
  UNION ALL
  WITH p
  MATCH (p)-[r:LEGAL_REPRESENTATIVE_OF]-(q:Party)
  WHERE $strengths.LEGAL_REPRESENTATIVE_OF IS NOT NULL
  WITH p, q, r LIMIT $scan
  WITH q, startNode(r) = p AS outgoing, r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status} AS r, q = p AS own
  WITH q, outgoing, r, @visible(r) AND @veiled(q) AND NOT own AS shown,
    coalesce(q.marketing_opt_out, false) AND NOT q.party_id IN $ends AS spared
  ORDER BY r.valid_from DESC, r.id
  RETURN 'LEGAL_REPRESENTATIVE_OF' AS kind, count(*) AS scanned, collect(CASE WHEN shown AND NOT spared THEN [r.id, outgoing, q.party_id,
    r.status, r.valid_from, null] END)[..$most + 1] AS links,
    collect(CASE WHEN shown AND spared THEN q.party_id END) AS shy
  UNION ALL
  WITH p
  MATCH (p)-[r:EXECUTIVE_OF]-(q:Party)
  WHERE $strengths.EXECUTIVE_OF IS NOT NULL
  WITH p, q, r LIMIT $scan
  WITH q, startNode(r) = p AS outgoing, r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status, .post} AS r, q = p AS own
  WITH q, outgoing, r, @visible(r) AND @veiled(q) AND NOT own AS shown,
    coalesce(q.marketing_opt_out, false) AND NOT q.party_id IN $ends AS spared
  ORDER BY r.valid_from DESC, r.id
  RETURN 'EXECUTIVE_OF' AS kind, count(*) AS scanned, collect(CASE WHEN shown AND NOT spared THEN [r.id, outgoing, q.party_id,
    r.status, r.valid_from, r.post] END)[..$most + 1] AS links,
    collect(CASE WHEN shown AND spared THEN q.party_id END) AS shy
  UNION ALL
  WITH p
  MATCH (p)-[r:REFERRED]-(q:Party)
  WHERE $strengths.REFERRED IS NOT NULL
  WITH p, q, r LIMIT $scan
  WITH q, startNode(r) = p AS outgoing, r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status} AS r, q = p AS own
  WITH q, outgoing, r, @visible(r) AND @veiled(q) AND NOT own AS shown,
    coalesce(q.marketing_opt_out, false) AND NOT q.party_id IN $ends AS spared
  ORDER BY r.valid_from DESC, r.id
  RETURN 'REFERRED' AS kind, count(*) AS scanned, collect(CASE WHEN shown AND NOT spared THEN [r.id, outgoing, q.party_id,
    r.status, r.valid_from, null] END)[..$most + 1] AS links,
    collect(CASE WHEN shown AND spared THEN q.party_id END) AS shy
  UNION ALL
  WITH p
  MATCH (p)-[r:OWNS]-(q:Party)
  WHERE $strengths.OWNS IS NOT NULL
  WITH p, q, r LIMIT $scan
  WITH q, startNode(r) = p AS outgoing, r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status} AS r, q = p AS own
  WITH q, outgoing, r, @visible(r) AND @veiled(q) AND NOT own AS shown,
    coalesce(q.marketing_opt_out, false) AND NOT q.party_id IN $ends AS spared
  ORDER BY r.valid_from DESC, r.id
  RETURN 'OWNS' AS kind, count(*) AS scanned, collect(CASE WHEN shown AND NOT spared THEN [r.id, outgoing, q.party_id,
    r.status, r.valid_from, null] END)[..$most + 1] AS links,
    collect(CASE WHEN shown AND spared THEN q.party_id END) AS shy
  UNION ALL
  WITH p
  MATCH (p)-[r:GUARANTEES]-(q:Party)
  WHERE $strengths.GUARANTEES IS NOT NULL
  WITH p, q, r LIMIT $scan
  WITH q, startNode(r) = p AS outgoing, r {.id, .seq_in, .seq_out, .valid_from, .valid_to, .status} AS r, q = p AS own
  WITH q, outgoing, r, @visible(r) AND @veiled(q) AND NOT own AS shown,
    coalesce(q.marketing_opt_out, false) AND NOT q.party_id IN $ends AS spared
  ORDER BY r.valid_from DESC, r.id
  RETURN 'GUARANTEES' AS kind, count(*) AS scanned, collect(CASE WHEN shown AND NOT spared THEN [r.id, outgoing, q.party_id,
    r.status, r.valid_from, null] END)[..$most + 1] AS links,
    collect(CASE WHEN shown AND spared THEN q.party_id END) AS shy
}
UNWIND CASE links WHEN [] THEN [null] ELSE links END AS link
WITH id, p, kind, scanned, shy, link, head([band IN $strengths[kind] WHERE link[4] >= band[0] | band[1]]) AS strength
ORDER BY strength DESC, link[4] DESC, link[0]
WITH id, p, max(scanned) AS scanned, collect(CASE WHEN link IS NOT NULL THEN [kind] + link + [strength] END) AS ties,
  collect(DISTINCT shy) AS shy
RETURN collect([id, ties[..$most + 1], scanned, reduce(every = [], some IN shy | every + some),
  coalesce(p.marketing_opt_out, false)]) AS found
