// The next number of the store's counter; locks the counter until the transaction ends, so that begins and
// publications happen one after the other.
// mode: write
// returns: number: int
MATCH (m:Meta {meta_id: 'store'})
SET m.seq = m.seq + 1
RETURN m.seq AS number
