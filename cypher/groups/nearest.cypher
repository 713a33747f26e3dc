// Groups by how near they are to a limit, the nearest first, ties by id; `total` counts those that are asked for.
// An empty kind, state or rule set stands for any. The state is that of the tests of the rule set where one is named; `least`
// are minor units that the amount of one of these tests reaches; `near` is theirs, parts per billion, -1 where not known.
// params: kind: str, state: str, rules: str, least: int, skip: int, cap: int, count_cap: int
// returns: total: int, groups: list[map]
MATCH (g:Group)
USING INDEX g:Group(nearness)
WHERE g.nearness >= -1 AND @current(g) AND ($kind = '' OR g.kind = $kind) AND ($scope_all OR EXISTS {
  MATCH (p:Party)-[r:MEMBER_OF]->(g:Group) WHERE @visible(r) AND @scope(p) })
WITH g, [i IN range(0, size(coalesce(g.tests, [])) - 1) WHERE $rules = '' OR g.test_rules[i] = $rules] AS mine
WHERE ($rules = '' OR size(mine) > 0) AND ($least <= 0 OR any(i IN mine WHERE g.test_amounts[i] >= $least))
WITH g, mine, [i IN mine | g.test_states[i]] AS states
WITH g, mine, CASE WHEN $rules = '' THEN coalesce(g.state, '') WHEN 'breach' IN states THEN 'breach'
  WHEN 'warning' IN states THEN 'warning' WHEN 'undecided' IN states THEN 'undecided' ELSE 'within' END AS state
WHERE $state = '' OR state = $state
WITH g, state, reduce(most = -1, i IN mine | CASE WHEN g.test_nearness[i] > most THEN g.test_nearness[i] ELSE most END) AS near
ORDER BY near DESC, g.group_id LIMIT $count_cap
WITH collect({group: properties(g), state: state, near: near}) AS found
WITH size(found) AS total, found[$skip..$skip + $cap] AS groups
RETURN total, groups
