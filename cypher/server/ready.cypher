// Whether the database answers at all.
// returns: answer: int
RETURN 1 AS answer
