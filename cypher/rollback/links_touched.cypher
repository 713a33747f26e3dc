// Ids of the links that a load opened or closed a version of.
// mode: write
// each: link
// params: number: int
// returns: id: str
MATCH ()-[r:@Type]->()
WHERE r.seq_in = $number OR r.seq_out = $number
RETURN DISTINCT r.id AS id
