// What nodes carry now: their properties and labels.
// mode: write
// each: node
// returns: key: str, properties: map, labels: list[str]
UNWIND $rows AS row
MATCH (n:@Label {@key: row.key})
RETURN n.@key AS key, properties(n) AS properties, labels(n) AS labels
