// Record the schema, and start the counter and the first publication (an empty world) once.
// mode: write
// params: schema_version: int, schema_digest: str, guanxi: str, at: int
// returns: schema_version: int
MERGE (m:Meta {meta_id: 'store'})
ON CREATE SET m.seq = 0
SET m.schema_version = $schema_version, m.schema_digest = $schema_digest, m.guanxi = $guanxi
MERGE (p:Published {seq: 0})
ON CREATE SET p.at = $at, p.pending = [], p.of = 'schema'
RETURN m.schema_version AS schema_version
