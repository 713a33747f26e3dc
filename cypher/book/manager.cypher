// Relationship managers by id, staff number or name, with the branches that he or she belongs to and the teams.
// params: manager: str
// returns: manager: map, branches: list[str], teams: list[str]
MATCH (m:RelationshipManager)
WHERE (m.manager_id = $manager OR m.code = $manager OR m.name = $manager) AND @current(m)
WITH m,
  COLLECT { MATCH (m:RelationshipManager)-[r:BELONGS_TO]->(b:Branch) WHERE @visible(r) AND @current(b)
    RETURN DISTINCT b.name AS name ORDER BY name } AS branches,
  COLLECT { MATCH (m:RelationshipManager)-[u:PART_OF]->(t:Team) WHERE @visible(u) AND @current(t)
    RETURN DISTINCT t.name AS name ORDER BY name } AS teams
ORDER BY m.manager_id
RETURN m {.manager_id, .name, .code, .post, .left_on, .staff} AS manager, branches, teams
