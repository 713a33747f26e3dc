// One campaign as it is now, locked until the transaction ends.
// mode: write
// params: campaign_id: str
// returns: campaign: map
MATCH (c:Campaign {campaign_id: $campaign_id})
WHERE c.seq_out = $open_seq
SET c.campaign_id = $campaign_id
RETURN properties(c) AS campaign
