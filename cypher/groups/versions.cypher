// The attributes that a group had before each number that changed them, the latest first.
// params: group_id: str
// returns: replaced: int, values: str
MATCH (v:Version)
WHERE v.of_key = $group_id AND v.of_label = 'Group'
RETURN v.seq_out AS replaced, v.values AS values
ORDER BY replaced DESC
