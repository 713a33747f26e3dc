// The open links at parties, by whose source records name their ends: what a join or a parting has to move.
// mode: write
// returns: party_id: str, element: str, type: str, outgoing: bool, from_key: str, to_key: str, from_element: str, to_element: str, other: str
UNWIND $rows AS row
MATCH (p:Party {party_id: row.key})-[r]-(x)
WHERE r.seq_out = $open_seq
RETURN row.key AS party_id, elementId(r) AS element, type(r) AS type, startNode(r) = p AS outgoing,
  coalesce(r.from_key, '') AS from_key, coalesce(r.to_key, '') AS to_key, elementId(startNode(r)) AS from_element,
  elementId(endNode(r)) AS to_element, coalesce(x.party_id, elementId(x)) AS other
