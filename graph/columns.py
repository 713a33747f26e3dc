"""Columns of a snapshot: the chunks of `collect()`ed lists that a statement returns, as one numpy array each."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.patterns import StatementError


def columns(name: str, rows: list[dict[str, Any]], names: list[str]) -> dict[str, np.ndarray[Any, Any]]:
    """An array a column: integers as int64, numbers as float64, texts and lists as objects; empty without rows.

    name: the statement's. Raises StatementError where columns differ in length.
    """
    _check(name, rows, names)
    return {c: _column([row[c] for row in rows]) for c in names}


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
