"""Digests of rows: 64 bits over the values a source gave, so that a reload sees at once what is unchanged.

They must stay the same from release to release (a change would make every link look changed), so they hang on nothing
but names and values: nulls and empty lists do not count, a new property that no row has changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
import polars_hash as plh

_BETWEEN = "\x1f"
_WITHIN = "\x1e"


def digests(frame: pl.DataFrame, columns: Iterable[str]) -> pl.Series:
    """One signed 64-bit integer a row over the columns named, whatever their order: XXH3 of `name=value` texts."""
    names = sorted(columns)
    if not names:
        return pl.Series("digest", np.zeros(frame.height, np.int64))
    exact = frame.select(_exact(frame[name]) for name in names)
    text = pl.concat_str([_named(exact[name]) for name in names])
    hashed = exact.lazy().select(digest=plh.concat_str([text]).nchash.xxh3_64()).collect(engine="streaming")
    return hashed["digest"].reinterpret(signed=True)


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
