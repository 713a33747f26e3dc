"""Digests of rows: 64 bits over the values a source gave, so that a reload sees at once what is unchanged.

They must stay the same from release to release (a change would make every link look changed), so they hang on nothing
but names and values: nulls and empty lists do not count, a new property that no row has changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
from pandas.util import hash_array

_CHUNK = 250_000
_BETWEEN = "\x1f"
_WITHIN = "\x1e"


def digests(frame: pl.DataFrame, columns: Iterable[str]) -> pl.Series:
    """One signed 64-bit integer a row over the columns named, whatever their order. SipHash of `name=value` texts."""
    names = sorted(columns)
    parts = [_hashed(frame[start : start + _CHUNK], names) for start in range(0, frame.height, _CHUNK)]
    return pl.Series("digest", np.concatenate(parts) if parts else np.empty(0, np.int64), dtype=pl.Int64)


def _hashed(frame: pl.DataFrame, names: list[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    if not names:
        return np.zeros(frame.height, np.int64)
    exact = frame.select(_exact(frame[name]) for name in names)
    text = exact.select(text=pl.concat_str([_named(exact[name]) for name in names]))["text"]
    found: np.ndarray[tuple[int], np.dtype[np.int64]] = hash_array(
        text.to_numpy().astype(object), categorize=False
    ).view(np.int64)
    return found


def _exact(column: pl.Series) -> pl.Series:
    """Floats as their bits, since the text of a float is the printer's choice; a null stays null, -0.0 is 0.0."""
    if column.dtype.is_float():
        bits = (column.fill_null(0).cast(pl.Float64).to_numpy() + 0.0).view(np.int64)
        return (
            pl.select(pl.when(pl.lit(column.is_not_null())).then(pl.lit(pl.Series(bits))))
            .to_series()
            .alias(column.name)
        )
    return column


def _named(column: pl.Series) -> pl.Expr:
    here = pl.col(column.name)
    if isinstance(column.dtype, pl.List):
        text = here.cast(pl.List(pl.String)).list.join(_WITHIN)
        present = here.list.len() > 0
    else:
        text, present = here.cast(pl.String), here.is_not_null()
    return (
        pl.when(present).then(pl.lit(f"{column.name}=") + text + pl.lit(_BETWEEN)).otherwise(pl.lit("")).fill_null("")
    )
