// The campaigns, the latest first.
// params: most: int
// returns: campaign: map
MATCH (c:Campaign)
WHERE @current(c)
OPTIONAL MATCH (p:Product {product_id: c.product_id})
OPTIONAL MATCH (b:Branch {branch_id: c.branch_id})
OPTIONAL MATCH (m:RelationshipManager {manager_id: c.manager_id})
RETURN c {.*, product_name: p.name, branch_name: b.name, manager_name: m.name} AS campaign
ORDER BY coalesce(c.starts_on, 0) DESC, c.campaign_id LIMIT $most
