// The party that a source record describes now; that of an id where no record has the key. unpublished: a load or run that is
// not yet published has made it so.
// mode: write
// params: source_key: str, party_id: str
// returns: party_id: str, unpublished: bool
OPTIONAL MATCH (s:SourceRecord {record_id: $source_key})-[r:IDENTIFIES]->(p:Party)
WHERE r.seq_out = $open_seq
OPTIONAL MATCH (q:Party {party_id: $party_id})
WHERE q.seq_out = $open_seq
WITH coalesce(p, q) AS found, r
WHERE found IS NOT NULL
RETURN found.party_id AS party_id,
  EXISTS { MATCH (w:LoadRun|AnalysisRun)
    WHERE w.seq IN [r.seq_in, found.seq_in, found.seq_out] AND w.state IN ['pending', 'sweeping'] } AS unpublished
