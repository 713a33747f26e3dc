// What products and segments are called that audiences were chosen from.
// params: ids: list[str]
// returns: id: str, name: str
UNWIND $ids AS id
OPTIONAL MATCH (s:Segment {segment_id: id})
OPTIONAL MATCH (p:Product {product_id: id})
RETURN id, coalesce(s.name, p.name) AS name
