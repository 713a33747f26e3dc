// All managers by what they may call themselves: id, staff number, name. Who is meant is found by the caller, who folds letter
// case, width and blanks on both sides.
// mode: write
// returns: manager_id: str, code: str, name: str
MATCH (m:RelationshipManager)
RETURN m.manager_id AS manager_id, m.code AS code, m.name AS name
ORDER BY manager_id
