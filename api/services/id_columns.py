"""Columns of texts for tables of many rows: looked up by number, without a Python object a row."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from algorithms.columns import IntArray


class Names:
    """Texts by their place; a place below 0 is nobody's, and gives null."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = pl.Series("texts", texts if isinstance(texts, pl.Series) else list(texts), dtype=pl.String)

    def of(self, places: IntArray) -> pl.Series:
        """The texts at these places, shape (n_places,)."""
        numbers = pl.DataFrame({"at": places}).select(pl.when(pl.col("at") >= 0).then("at")).to_series()
        return self._texts.gather(numbers)


def flags_texts(names: Iterable[str]) -> Names:
    """For numbers whose bits stand for these names, the lowest first: the names of the bits set, parted by blanks."""
    known = list(names)
    return Names(
        " ".join(name for bit, name in enumerate(known) if number >> bit & 1) for number in range(1 << len(known))
    )
