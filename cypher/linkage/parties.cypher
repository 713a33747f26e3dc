// Some parties as customers, as columns: whether they are one (for a source says so, or for a product is held), of which branch
// and manager (the main one first), in which industry; `bank` is the reporting bank itself. What is not told is an empty text.
// params: ids: list[str]
// returns: chunk: int, party_id: list[str], natural: list[bool], customer: list[bool], bank: list[bool], industry: list[str], branch_id: list[str], branch: list[str], manager_id: list[str], manager: list[str], staff: list[str]
UNWIND $ids AS id
MATCH (p:Party {party_id: id})
WHERE @scope(p)
WITH p, p:Customer OR EXISTS { MATCH (p)-[h:HOLDS]->(n:Product) WHERE @visible(h) AND @current(n) } AS customer,
  head(COLLECT { MATCH (p)-[b:BELONGS_TO]->(k:Branch) WHERE @visible(b) AND @current(k)
    RETURN k {.branch_id, .name} AS branch ORDER BY k.branch_id LIMIT 1 }) AS branch,
  head(COLLECT { MATCH (p)-[m:MANAGED_BY]->(n:RelationshipManager) WHERE @visible(m) AND @current(n)
    RETURN n {.manager_id, .name, .code} AS manager ORDER BY coalesce(m.role, '') = 'main' DESC, n.manager_id LIMIT 1 }) AS manager
RETURN 0 AS chunk, collect(p.party_id) AS party_id, collect(p:Person) AS natural, collect(customer) AS customer,
  collect(coalesce(p.bank_role = 'self', false)) AS bank,
  collect(coalesce(p.industry, '')) AS industry, collect(coalesce(branch.branch_id, '')) AS branch_id,
  collect(coalesce(branch.name, '')) AS branch, collect(coalesce(manager.manager_id, '')) AS manager_id,
  collect(coalesce(manager.name, '')) AS manager, collect(coalesce(manager.code, '')) AS staff
