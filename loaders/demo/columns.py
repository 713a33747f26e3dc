"""Columns of text from arrays of numbers, without a Python loop: days, money, percents, lists of names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from loaders.demo.sizes import EPOCH

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

NONE = -1
"""Stands for "none" or "not known" in integer arrays; days before 1970 are below it and never -1 here."""

_FIRST_DAY = -20_000
_LAST_DAY = 36_000


def pick(values: Sequence[str], index: IntArray) -> pl.Series:
    """`values[i]` for each i; an index of NONE gives null."""
    found = pl.Series(values, dtype=pl.String).gather(np.maximum(index, 0))
    if len(index) and index.min() == NONE:
        mask = pl.Series(index == NONE)
        return pl.select(pl.when(mask).then(None).otherwise(found)).to_series()
    return found


@cache
def _day_texts(pattern: str) -> pl.Series:
    days = (EPOCH + dt.timedelta(days=n) for n in range(_FIRST_DAY, _LAST_DAY))
    return pl.Series([day.strftime(pattern) for day in days], dtype=pl.String)


def day_text(days: pl.Series, pattern: str, none: str | None = None) -> pl.Series:
    """Days since 1970 written by a strftime pattern; NONE becomes `none`."""
    numbers = days.to_numpy()
    texts = _day_texts(pattern).gather(np.clip(numbers - _FIRST_DAY, 0, _LAST_DAY - _FIRST_DAY - 1))
    return pl.select(pl.when(pl.Series(numbers != NONE)).then(texts).otherwise(pl.lit(none))).to_series()


def scaled_text(numbers: pl.Series, places: int, nothing: int | None = NONE) -> pl.Series:
    """Whole numbers written with a decimal point `places` from the right; `nothing` becomes null."""
    whole = 10**places
    size = numbers.abs()
    text = (size // whole).cast(pl.String) + "." + (size % whole).cast(pl.String).str.zfill(places)
    sign = pl.when(numbers < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    written = pl.select(sign + text).to_series()
    if nothing is None:
        return written
    return pl.select(pl.when(numbers != nothing).then(written)).to_series()


def weighted(rng: np.random.Generator, weights: Sequence[float] | FloatArray, size: int) -> IntArray:
    """Ordinals drawn in proportion to their weights."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn: IntArray = np.searchsorted(edges, rng.random(size) * edges[-1], side="right").astype(np.int64)
    return drawn


def power_law(rng: np.random.Generator, n: int, size: int, skew: float) -> IntArray:
    """Ordinals below n, low ones far more often: `n * u**skew`."""
    drawn: IntArray = np.minimum((n * rng.random(size) ** skew).astype(np.int64), n - 1)
    return drawn


def between(rng: np.random.Generator, low: int, high: int, size: int) -> IntArray:
    """Whole numbers from low to high, both included."""
    return rng.integers(low, high, size=size, endpoint=True, dtype=np.int64)
