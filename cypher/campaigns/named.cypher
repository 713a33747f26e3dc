// The campaigns of a name or code, whoever tells them; '' is no code.
// mode: write
// params: called: str, code: str
// returns: campaign: map
MATCH (c:Campaign)
WHERE (c.name = $called OR (c.code = $code AND $code <> '')) AND c.seq_out = $open_seq
RETURN properties(c) AS campaign
ORDER BY c.campaign_id
