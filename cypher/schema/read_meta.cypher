// The schema version of the store; no row from an empty one.
// returns: schema_version: int, guanxi: str
MATCH (m:Meta {meta_id: 'store'})
RETURN m.schema_version AS schema_version, m.guanxi AS guanxi
