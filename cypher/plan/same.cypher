// The open links that join source records beyond their identifiers, as columns.
// mode: write
// returns: id: list[str], from_key: list[str], to_key: list[str]
MATCH ()-[r:POSSIBLY_SAME]->()
WHERE r.seq_out = $open_seq AND r.status = 'confirmed'
WITH r {.id, .from_key, .to_key} AS r
RETURN collect(r.id) AS id, collect(r.from_key) AS from_key, collect(r.to_key) AS to_key
