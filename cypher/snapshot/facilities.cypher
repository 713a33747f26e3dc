// All credit contracts of the view, as columns; amounts in minor units, the conversion factor in parts per billion, days since
// 1970, -1 where unknown; below 0 is unknown, too. Under a contract that has ended nothing more can be drawn: its limit is 0.
// returns: chunk: int, node: list[int], facility_id: list[str], limit_amount: list[int], drawn_amount: list[int], currency: list[str], factor: list[int], matures: list[int], item_kind: list[str], commitment_kind: list[str]
MATCH (f:Facility)
WHERE @current(f)
WITH toInteger(id(f) / 10000) AS chunk, id(f) AS node,
  f {.facility_id, .limit_amount, .drawn_amount, .currency, .conversion_factor, .matures_on, .item_kind, .commitment_kind, .state} AS f
RETURN chunk, collect(node) AS node, collect(f.facility_id) AS facility_id,
  collect(CASE WHEN f.state = 'ended' THEN 0 WHEN f.limit_amount >= 0 THEN f.limit_amount ELSE -1 END) AS limit_amount,
  collect(CASE WHEN f.drawn_amount >= 0 THEN f.drawn_amount ELSE -1 END) AS drawn_amount,
  collect(coalesce(f.currency, '')) AS currency,
  collect(coalesce(toInteger(round(f.conversion_factor * 1000000000)), -1)) AS factor,
  collect(coalesce(f.matures_on, -1)) AS matures, collect(coalesce(f.item_kind, '')) AS item_kind,
  collect(coalesce(f.commitment_kind, '')) AS commitment_kind
