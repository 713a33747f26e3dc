// The parties whom a manager looks after on a day or later, as open now; also those whose links an unpublished number is
// closing (`unpublished`): whoever changes them is to be told.
// mode: write
// params: manager_id: str, day: int, unpublished: list[int]
// returns: party_ids: list[str]
MATCH (p:Party)-[r:MANAGED_BY]->(m:RelationshipManager {manager_id: $manager_id})
WHERE p.seq_out = $open_seq AND r.valid_to > $day AND r.status <> 'rebutted'
  AND (r.seq_out = $open_seq OR r.seq_out IN $unpublished)
WITH DISTINCT p.party_id AS party_id ORDER BY party_id
RETURN collect(party_id) AS party_ids
