// Wait until every index is online.
// mode: schema
// params: seconds: int
CALL db.awaitIndexes($seconds)
