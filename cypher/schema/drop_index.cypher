// Drop an index that belongs to no constraint.
// mode: schema
// params: name: str
DROP INDEX $name IF EXISTS
