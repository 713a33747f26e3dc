"""Small exact operations on whole-number columns: sums by index and by key, row ranges, orders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


_Value = TypeVar("_Value", np.int64, np.int8)
_FEW = 1_000
"""So few values are sorted sooner than counted."""
_COUNTED = 2
"""Numbers to a value, up to which values are counted sooner than sorted."""


def nothing() -> IntArray:
    """An empty column."""
    return np.empty(0, dtype=np.int64)


def joined(*columns: IntArray) -> IntArray:
    """The columns one after the other (an empty one if there are none)."""
    return np.concatenate((nothing(), *columns))


def offsets(sorted_ids: IntArray, n: int) -> IntArray:
    """CSR offsets, shape (n + 1,), of ids that are sorted."""
    counts = np.bincount(sorted_ids, minlength=n)
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts, dtype=np.int64)))


def sums(index: IntArray, values: IntArray, n: int) -> IntArray:
    """Exact sums of int64 values by index, shape (n,)."""
    out = np.zeros(n, dtype=np.int64)
    np.add.at(out, index, values)
    return out


def starts_of(ordered: IntArray) -> IntArray:
    """Where each run of equal values begins in a column whose equal values stand together."""
    begins = np.ones(ordered.size, dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    return np.flatnonzero(begins)


def distinct(values: IntArray) -> IntArray:
    """The distinct values, ascending (by sorting: several times faster than `numpy.unique` on large columns)."""
    ordered = np.sort(values)
    return ordered[starts_of(ordered)]


def order_by(values: IntArray) -> IntArray:
    """The stable order of values that are not negative.

    Many values that are small beside their number are counted. Others are sorted together with their places as one
    number where that fits int64, which is several times faster than a stable `argsort`.
    """
    size = values.size
    most = int(values.max(initial=0))
    if size > _FEW and most < _COUNTED * size:
        table = csr_array((np.ones(size, dtype=np.int8), (values, np.arange(size))), shape=(most + 1, size))
        return table.indices.astype(np.int64)
    if most >= 2**62 // max(size, 1):
        return np.argsort(values, kind="stable")
    order: IntArray = np.sort(values * np.int64(size) + np.arange(size)) % size
    return order


def by_row(
    row: IntArray, column: IntArray, values: npt.NDArray[_Value], shape: tuple[int, int]
) -> tuple[IntArray, IntArray, npt.NDArray[_Value]]:
    """Values by row and column of a table with few of them, sorted by row, then by column: CSR offsets, shape
    (n_rows + 1,), columns and sums of the values that stand in one place, both of the shape (n_places,).

    Sums are exact within the kind of the values: of small whole numbers only the places mean something.
    """
    table = csr_array((values, (row, column)), shape=shape)
    table.sum_duplicates()
    return table.indptr.astype(np.int64), table.indices.astype(np.int64), table.data


def rows(first: IntArray) -> IntArray:
    """The row of each value, from CSR offsets."""
    return np.repeat(np.arange(first.size - 1), np.diff(first))


def sum_by_key(key: IntArray, values: IntArray) -> tuple[IntArray, IntArray]:
    """The distinct keys, ascending, and the exact sum of the values of each."""
    if not key.size:
        return key, values
    if bool(np.any(key[1:] <= key[:-1])):
        order = order_by(key)
        key, values = key[order], values[order]
    starts = starts_of(key)
    return key[starts], np.add.reduceat(values, starts)


def find(sorted_keys: IntArray, wanted: IntArray) -> tuple[IntArray, BoolArray]:
    """For each wanted key: a place in the sorted keys, and whether it stands there (else the place means nothing)."""
    if not sorted_keys.size:
        return np.zeros(wanted.size, dtype=np.int64), np.zeros(wanted.size, dtype=np.bool_)
    at = np.minimum(np.searchsorted(sorted_keys, wanted), sorted_keys.size - 1)
    return at, sorted_keys[at] == wanted


_CLOSE = 16
"""Numbers to a key, up to which a table by number is worth its memory."""
_ALWAYS_CLOSE = 1_000_000
"""Numbers for which a table is no matter."""


class LookUp:
    """Values of keys: -1 for what is no key.

    Where the keys lie close together a table by number answers, many times as fast as a search among them.
    """

    def __init__(self, keys: IntArray, values: IntArray) -> None:
        """keys: distinct, ascending, not negative; values: shape (n_keys,)."""
        self._keys, self._values = keys, values
        numbers = int(keys[-1]) + 1 if keys.size else 0
        self._table: IntArray | None = None
        if numbers <= max(_CLOSE * keys.size, _ALWAYS_CLOSE):
            self._table = np.full(numbers + 2, -1, dtype=np.int64)  # one before and one behind all numbers: never a key
            self._table[keys + 1] = values

    def of(self, wanted: IntArray) -> IntArray:
        """The value of each number, whichever, shape (n_wanted,)."""
        if self._table is not None:
            return self._table.take(wanted + 1, mode="clip")
        at, there = find(self._keys, wanted)
        return np.where(there, self._values[at], -1)


def ranges(start: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
    """All whole numbers of the ranges start..end-1: (position of the range, number), both of the shape (n_numbers,)."""
    length = end - start
    position = np.repeat(np.arange(start.size, dtype=np.int64), length)
    before = np.cumsum(length) - length
    return position, np.arange(position.size, dtype=np.int64) - before[position] + start[position]


def slices(rows: IntArray, at_once: int) -> Iterator[slice]:
    """Slices of a column, in order, whose counts of rows sum to at most `at_once`, or that have a single place."""
    ends = np.cumsum(rows)
    start = 0
    while start < rows.size:
        done = int(ends[start - 1]) if start else 0
        end = max(start + 1, int(np.searchsorted(ends, done + at_once, side="right")))
        yield slice(start, end)
        start = end


def rows_of(first: IntArray, ids: IntArray) -> tuple[IntArray, IntArray]:
    """For each id the rows of a CSR: (position of the id in `ids`, row), both of the shape (n_rows,)."""
    return ranges(first[ids], first[ids + 1])
