// Indexes that a broken-off constraint has left: they bear its name, and stand in its way.
// params: names: list[str]
// returns: name: str
SHOW INDEXES YIELD name, owningConstraint
WHERE owningConstraint IS NULL AND name IN $names
RETURN name
