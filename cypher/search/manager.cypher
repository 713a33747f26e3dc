// A relationship manager by id, staff number or name.
// params: manager: str
// returns: manager_id: str
MATCH (m:RelationshipManager)
WHERE (m.manager_id = $manager OR m.code = $manager OR m.name = $manager) AND @current(m)
RETURN m.manager_id AS manager_id
