// How many versions of links of a type the store holds, from its own count.
// mode: write
// each: link
// returns: links: int
MATCH ()-[r:@Type]->()
RETURN count(r) AS links
