// The schema of the store: its version and the digest of its constraints and indexes; no row from an empty one.
// returns: schema_version: int, schema_digest: str, guanxi: str
MATCH (m:Meta {meta_id: 'store'})
RETURN m.schema_version AS schema_version, m.schema_digest AS schema_digest, m.guanxi AS guanxi
