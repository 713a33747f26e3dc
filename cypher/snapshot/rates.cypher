// Exchange rates up to the day of the view, in whole billionths, the latest first.
// returns: from_currency: str, to_currency: str, day: int, rate: int
MATCH (x:ExchangeRate)
WHERE @current(x) AND x.day <= $as_of AND x.rate IS NOT NULL
RETURN x.from_currency AS from_currency, x.to_currency AS to_currency, x.day AS day, x.rate AS rate
ORDER BY day DESC, from_currency, to_currency
