// How many nodes the store holds, from its own count.
// returns: nodes: int
MATCH (n)
WHERE @system(n)
RETURN count(n) AS nodes
