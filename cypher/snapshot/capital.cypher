// The bank's own capital by the day it stood so, the latest first; -1 where unknown.
// returns: day: int, currency: str, net_capital: int, net_tier_1: int, tier_1: int, source: str
MATCH (c:CapitalFigures)
WHERE @current(c) AND c.day <= $as_of
RETURN c.day AS day, coalesce(c.currency, '') AS currency, coalesce(c.net_capital, -1) AS net_capital,
  coalesce(c.net_tier_1, -1) AS net_tier_1, coalesce(c.tier_1, -1) AS tier_1, coalesce(c.source, '') AS source
ORDER BY day DESC, source
