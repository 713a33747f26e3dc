// The campaigns, the latest first.
// params: most: int
// returns: campaign: map
MATCH (c:Campaign)
WHERE @current(c)
OPTIONAL MATCH (p:Product {product_id: c.product_id})
WHERE @current(p)
OPTIONAL MATCH (b:Branch {branch_id: c.branch_id})
WHERE @current(b)
OPTIONAL MATCH (m:RelationshipManager {manager_id: c.manager_id})
WHERE @current(m)
RETURN c {.*, product_name: coalesce(p.name, p.name_en), branch_name: coalesce(b.name, b.name_en),
  manager_name: m.name} AS campaign
ORDER BY coalesce(c.starts_on, 0) DESC, c.campaign_id LIMIT $most
