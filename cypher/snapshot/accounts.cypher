// Accounts of the view by the server's numbers of their nodes, as columns with their ids.
// params: accounts: list[int]
// returns: chunk: int, account: list[int], account_id: list[str]
MATCH (a:Account)
WHERE id(a) IN $accounts AND @current(a)
RETURN 0 AS chunk, collect(id(a)) AS account, collect(a.account_id) AS account_id
