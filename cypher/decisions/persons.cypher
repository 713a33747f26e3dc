// Managers that some names may mean, each written small: by id, staff number or name.
// mode: write
// params: names: list[str]
// returns: manager_id: str, code: str, name: str
MATCH (m:RelationshipManager)
WHERE toLower(m.manager_id) IN $names OR toLower(m.code) IN $names OR toLower(m.name) IN $names
RETURN m.manager_id AS manager_id, m.code AS code, m.name AS name
ORDER BY manager_id
