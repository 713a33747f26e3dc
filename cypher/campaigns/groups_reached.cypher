// Of some groups: whether a campaign approached or held back a member ever, and whether any campaign approached one since a day.
// params: ids: list[str], since: int, campaign_id: str
// returns: id: str, reached: bool, lately: bool
UNWIND $ids AS id
MATCH (u:Group {group_id: id})
WHERE @current(u)
RETURN id,
  EXISTS { MATCH (p)-[m:MEMBER_OF]->(u), (p)-[r:TARGETED_BY|HELD_BACK_FROM]->(c:Campaign {campaign_id: $campaign_id})
    WHERE @visible(m) AND @visible(r) AND @system(p) AND @current(c) } AS reached,
  EXISTS { MATCH (q)-[n:MEMBER_OF]->(u), (q)-[t:TARGETED_BY]->(d:Campaign)
    WHERE t.valid_from >= $since AND @visible(n) AND @visible(t) AND @system(q) AND @current(d) } AS lately
