// One campaign, by its id or the bank's code.
// params: campaign: str
// returns: campaign: map
MATCH (c:Campaign)
WHERE (c.campaign_id = $campaign OR c.code = $campaign) AND @current(c)
OPTIONAL MATCH (p:Product {product_id: c.product_id})
OPTIONAL MATCH (b:Branch {branch_id: c.branch_id})
OPTIONAL MATCH (m:RelationshipManager {manager_id: c.manager_id})
RETURN c {.*, product_name: p.name, branch_name: b.name, manager_name: m.name} AS campaign
ORDER BY c.campaign_id
