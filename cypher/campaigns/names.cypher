// What products and segments are called that audiences were chosen from; a closed segment is told, too.
// params: ids: list[str]
// returns: id: str, name: str
UNWIND $ids AS id
OPTIONAL MATCH (s:Segment {segment_id: id})
WHERE @ever(s)
OPTIONAL MATCH (p:Product {product_id: id})
WHERE @ever(p)
RETURN id, coalesce(s.name, p.name, p.name_en) AS name
