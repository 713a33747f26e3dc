// The order of sources: the best priority that any of a source's records states.
// returns: source: str, priority: int
MATCH (s:SourceRecord)
WHERE @current(s)
RETURN s.source AS source, min(coalesce(s.priority, 1000)) AS priority
ORDER BY priority, source
