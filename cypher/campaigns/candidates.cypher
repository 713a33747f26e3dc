// What keeps some parties from being approached: whether each asked not to be, its branches, its households and groups, and what
// campaigns did with it since a day, and one campaign ever: [campaign, product, kind of link, day, response], the last last.
// params: ids: list[str], since: int, campaign_id: str
// returns: party_id: str, opted_out: bool, branches: list[str], households: list[str], groups: list[str], contacts: list[list]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @system(p)
WITH p,
  COLLECT { MATCH (p)-[b:BELONGS_TO]->(k:Branch) WHERE @visible(b) AND @current(k)
    RETURN DISTINCT k.branch_id AS branch ORDER BY branch } AS branches,
  COLLECT { MATCH (p)-[m:MEMBER_OF]->(h:Household) WHERE @visible(m) AND @current(h)
    RETURN DISTINCT h.household_id AS household ORDER BY household } AS households,
  COLLECT { MATCH (p)-[n:MEMBER_OF]->(g:Group) WHERE @visible(n) AND @current(g)
    RETURN DISTINCT g.group_id AS member_of ORDER BY member_of } AS groups,
  COLLECT { MATCH (p)-[r:TARGETED_BY|HELD_BACK_FROM|RESPONDED_TO]->(c:Campaign)
    WHERE (r.valid_from >= $since OR c.campaign_id = $campaign_id) AND @visible(r) AND @current(c)
    RETURN [c.campaign_id, coalesce(c.product_id, ''), type(r), r.valid_from, coalesce(r.response, '')] AS contact
    ORDER BY coalesce(r.at, r.valid_from * 86400000), r.seq_in, r.id } AS contacts
RETURN p.party_id AS party_id, coalesce(p.marketing_opt_out, false) AS opted_out, branches, households, groups, contacts
