// The contracts that carry these numbers.
// params: ids: list[str]
// returns: id: str, facility_id: str
UNWIND $ids AS id
MATCH (f:Facility {code: id})
WHERE @current(f)
RETURN id, f.facility_id AS facility_id
