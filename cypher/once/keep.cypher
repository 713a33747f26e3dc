// Keep what was written under an idempotency key.
// mode: write
// params: key: str, properties: map
// returns: key: str
CREATE (k:IdempotencyKey {idempotency_key: $key})
SET k += $properties
RETURN k.idempotency_key AS key
