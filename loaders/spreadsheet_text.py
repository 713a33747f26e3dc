"""Texts of files that spreadsheets open: none begins like a formula, which opening the file would work out.

What the store keeps, and `export exchange` writes to be loaded again, stays as the source said it.
"""

from __future__ import annotations

import re

import polars as pl

_FORMULA = r"^[=@\t\r]|^[+-](?:.*[^0-9.,].*|)$"
"""Not so a number with its sign, which is worked out to itself."""
_MARK = "'"
"""Before a text: what follows is no formula."""


def no_formula(text: str) -> str:
    """A text as a cell."""
    return f"{_MARK}{text}" if re.search(_FORMULA, text, re.DOTALL) else text


def no_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """A table whose texts are cells."""
    texts = pl.col(pl.String)
    return frame.with_columns(
        pl.when(texts.str.contains(f"(?s){_FORMULA}")).then(pl.lit(_MARK) + texts).otherwise(texts).name.keep()
    )
