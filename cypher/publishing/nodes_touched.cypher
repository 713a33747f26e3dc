// Nodes that a number made, closed, or made known again.
// mode: write
// each: node
// params: number: int
// returns: element: str, key: str, made: bool, closed: bool, came_back: bool
MATCH (n:@Label)
WHERE n.seq_in = $number OR n.seq_out = $number OR n.absent[-1] = $number
RETURN elementId(n) AS element, n.@key AS key, n.seq_in = $number AS made, n.seq_out = $number AS closed,
  coalesce(n.absent[-1] = $number, false) AS came_back
