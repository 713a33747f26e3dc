// How many holdings the view has, and how many of them state neither share nor votes, nor a band.
// returns: total: int, undisclosed: int
MATCH (a:Party)-[r:OWNS]->(b:Party)
WHERE @visible(r) AND @scope(a) AND @scope(b)
RETURN count(r) AS total, count(CASE WHEN coalesce(r.votes, r.share, r.share_min, r.share_max) IS NULL THEN 1 END) AS undisclosed
