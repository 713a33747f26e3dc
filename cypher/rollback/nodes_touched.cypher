// Nodes that a load made, closed, or made known again: whether they were known before it, and are known now.
// mode: write
// each: node
// params: number: int
// returns: key: str, before: bool, now: bool
MATCH (n:@Label)
WHERE n.seq_in = $number OR n.seq_out = $number OR $number IN coalesce(n.absent, [])
WITH n, [i IN range(0, size(coalesce(n.absent, [])) - 1) WHERE n.absent[i] = $number] AS places
RETURN n.@key AS key, n.seq_in <> $number AND (n.seq_out = $number OR coalesce(places[0] % 2 = 0, false)) AS before,
  n.seq_out = $open_seq AS now
