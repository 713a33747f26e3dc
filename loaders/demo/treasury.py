"""What exposures are measured with: the bank's own capital by quarter, and exchange rates by month."""

from __future__ import annotations

import numpy as np
import polars as pl

from loaders.demo.columns import IntArray, between
from loaders.demo.rows import Capital, Rate, frame
from loaders.demo.sizes import day, stream

NET_CAPITAL = 1_250_000_000_000
NET_TIER_1 = 1_000_000_000_000
"""Ten thousand million yuan on the data day: the planted groups are told in thousandths of it."""

_QUARTERS = (("2023-12-31", 96), ("2024-03-31", 97), ("2024-06-30", 98), ("2024-09-30", 99), ("2024-12-31", 100))
"""Ends of quarters, and the percent of today's capital that the bank had then."""

_MONTH_ENDS = tuple(
    day(f"2024-{text}")
    for text in (
        "01-31",
        "02-29",
        "03-31",
        "04-30",
        "05-31",
        "06-30",
        "07-31",
        "08-31",
        "09-30",
        "10-31",
        "11-30",
        "12-31",
    )
)

RATES = {"USD": 7_188_400, "EUR": 7_525_700, "HKD": 926_000, "JPY": 46_200, "GBP": 9_076_500}
"""Yuan for one unit on the data day, in millionths."""

MILLION = 1_000_000


def make_capital() -> pl.DataFrame:
    """The quarters in order. Tier 1 as Basel has it is known from the second on."""
    rows = [
        Capital(day(end), NET_CAPITAL * percent // 100, NET_TIER_1 * percent // 100, NET_TIER_1 * percent // 100)
        for end, percent in _QUARTERS
    ]
    first = Capital(*rows[0][:3])
    return frame(Capital, [first, *rows[1:]])


def make_rates(seed: int) -> pl.DataFrame:
    """Month by month, all currencies of a month together; the last month is the same for every seed."""
    rng = stream(seed, "rates")
    paths = {currency: _path(rng, last) for currency, last in RATES.items()}
    rows = [
        Rate(currency, when, int(path[month]))
        for month, when in enumerate(_MONTH_ENDS)
        for currency, path in ({"CNY": np.full(len(_MONTH_ENDS), MILLION)} | paths).items()
    ]
    return frame(Rate, rows)


def _path(rng: np.random.Generator, last: int) -> IntArray:
    """A year of month ends that leads to the last price by steps of up to 0.8%."""
    steps = between(rng, -8_000, 8_000, len(_MONTH_ENDS) - 1)
    away = np.concatenate([np.cumsum(steps[::-1])[::-1], [0]])
    path: IntArray = last * (MILLION + away) // MILLION
    return path
