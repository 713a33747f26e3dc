// How many nodes of a label the store holds, from its own count.
// mode: write
// each: node
// returns: nodes: int
MATCH (n:@Label)
RETURN count(n) AS nodes
