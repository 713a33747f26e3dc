// Decisions on links of a type that count or have counted, unless a later one took their place: what they bind to, and the
// links that carry them.
// mode: write
// params: link_type: str
// returns: decision_id: str, from_key: str, to_key: str, basis: str, link_ids: list[str]
MATCH (d:Decision)
WHERE d.link_type = $link_type AND size(coalesce(d.approved_seq, [])) > 0 AND d.superseded_by IS NULL AND d.decision <> 'reopen'
RETURN d.decision_id AS decision_id, d.from_key AS from_key, d.to_key AS to_key, d.basis AS basis, d.link_ids AS link_ids
ORDER BY decision_id
