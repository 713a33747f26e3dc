// The telephones and addresses that persons registered of a party's record: the open links, and what they lead to.
// mode: write
// params: party_id: str, record_id: str
// returns: id: str, key: str, kind: str, value: str, text: str
MATCH (p:Party {party_id: $party_id})-[r:HAS_IDENTIFIER]->(n:Identifier)
WHERE r.seq_out = $open_seq AND r.source = 'manual' AND r.from_key = $record_id
RETURN r.id AS id, n.identifier_id AS key, n.kind AS kind, n.value AS value, coalesce(n.text, n.value) AS text
ORDER BY key
