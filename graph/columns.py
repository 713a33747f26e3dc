"""Columns of a snapshot: the chunks of `collect()`ed lists that a statement returns, as one numpy array each."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from graph.patterns import StatementError


def columns(name: str, rows: list[dict[str, Any]], names: list[str]) -> dict[str, np.ndarray[Any, Any]]:
    """An array a column: integers as int64, numbers as float64, texts and lists as objects; empty without rows.

    name: the statement's. Raises StatementError where columns differ in length.
    """
    _check(name, rows, names)
    return {c: _column([row[c] for row in rows]) for c in names}


def table_of(columns: dict[str, np.ndarray[Any, Any]]) -> pl.DataFrame:
    """The columns as a table."""
    return pl.DataFrame(
        {name: pl.Series(values.tolist()) if values.dtype == object else values for name, values in columns.items()}
    )


def columns_of(table: pl.DataFrame) -> dict[str, np.ndarray[Any, Any]]:
    """The columns of a table that `table_of` made."""
    found: dict[str, np.ndarray[Any, Any]] = {}
    for series in table.iter_columns():
        if series.dtype.is_numeric():
            found[series.name] = series.to_numpy(writable=True)
        else:
            found[series.name] = np.fromiter(series.to_list(), dtype=object, count=len(series))
    return found


def _check(name: str, rows: list[dict[str, Any]], names: list[str]) -> None:
    """`collect()` leaves nulls out, which would shift a column against the others without a word."""
    for row in rows:
        sizes = {c: len(row[c]) for c in names}
        if len(set(sizes.values())) > 1:
            raise StatementError(f"{name}: columns differ in length {sizes}; coalesce what may be null")


def _column(chunks: list[list[Any]]) -> np.ndarray[Any, Any]:
    arrays = [_array(chunk) for chunk in chunks if chunk]
    if not arrays:
        return np.empty(0, dtype=np.int64)
    if any(a.dtype == object for a in arrays):
        arrays = [a.astype(object) for a in arrays]
    return np.concatenate(arrays)


def _array(values: list[Any]) -> np.ndarray[Any, Any]:
    if isinstance(values[0], int | float):
        numbers = np.array(values)
        if numbers.dtype in (np.int64, np.float64):  # any other holds more than numbers
            return numbers
    return np.fromiter(values, dtype=object, count=len(values))
