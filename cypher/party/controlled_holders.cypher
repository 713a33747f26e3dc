// Of some holders those that some controllers control, whether or not immediately, as the current run found it.
// params: controllers: list[str], holders: list[str]
// returns: controller: str, holder: str
UNWIND $holders AS holder
MATCH (h:Party {party_id: holder})
WHERE @scope(h)
MATCH (h) ((a:Party)-[u:CONTROLLED_BY]->(b:Party) WHERE @visible(u) AND @scope(a) AND @scope(b)){1,8} (x:Party)
WHERE x.party_id IN $controllers AND @scope(x)
RETURN DISTINCT x.party_id AS controller, holder
