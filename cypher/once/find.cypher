// What was written under an idempotency key, if anything.
// mode: write
// params: key: str
// returns: digest: str, result: str
MATCH (k:IdempotencyKey {idempotency_key: $key})
RETURN k.digest AS digest, k.result AS result
