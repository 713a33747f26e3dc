"""Sparse rows of owners and what they own: a matrix that grows at its end, and the leaving out of small entries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from algorithms.columns import IntArray
from algorithms.ownership_network import FloatArray

FLOORS = (1e-6, 1e-4, 3e-4, 1e-3, 3e-3)
"""In a row with too many entries those below the first of these are left out, then those below the next, and so on."""


class TooManyPairs(ValueError):
    """There are more pairs of owner and company than may be kept."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of owners: the entries of row r are first[r]..first[r + 1] - 1. first: shape (n_rows + 1,)."""

    first: IntArray
    owner: npt.NDArray[np.int32]
    value: FloatArray

    @property
    def counts(self) -> IntArray:
        """Entries of each row."""
        return np.diff(self.first)

    def row(self) -> IntArray:
        """The row of each entry."""
        return np.repeat(np.arange(self.first.size - 1, dtype=np.int64), self.counts)

    def part(self, start: int, stop: int) -> Rows:
        """The rows start..stop-1."""
        first = self.first[start : stop + 1]
        return Rows(first - first[0], self.owner[first[0] : first[-1]], self.value[first[0] : first[-1]])

    def only(self, kept: npt.NDArray[np.bool_]) -> Rows:
        """The kept entries. kept: shape (n_entries,)."""
        place = np.flatnonzero(kept)
        return Rows(np.searchsorted(place, self.first), self.owner[place], self.value[place])

    def matrix(self, n_columns: int) -> csr_array[np.float64, tuple[int, int]]:
        """The same as a sparse matrix."""
        return matrix_of(self.value, self.owner, self.first.astype(np.int32), n_columns)


def matrix_of(
    value: FloatArray, column: npt.NDArray[np.int32], first: npt.NDArray[np.int32], n_columns: int
) -> csr_array[np.float64, tuple[int, int]]:
    """A sparse matrix on these very arrays: the constructor would copy parts of larger ones."""
    matrix: csr_array[np.float64, tuple[int, int]] = csr_array((first.size - 1, n_columns), dtype=np.float64)
    matrix.data, matrix.indices, matrix.indptr = value, column, first
    return matrix


def rows_of_matrix(matrix: csr_array[np.float64, tuple[int, int]]) -> Rows:
    """A sparse matrix as rows."""
    return Rows(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32, copy=False), matrix.data)


def stacked(parts: list[Rows]) -> Rows:
    """Rows below one another."""
    if len(parts) == 1:
        return parts[0]
    counts = np.concatenate([np.zeros(1, dtype=np.int64), *(part.counts for part in parts)])
    owner = np.concatenate([np.empty(0, dtype=np.int32), *(part.owner for part in parts)])
    return Rows(np.cumsum(counts), owner, np.concatenate([np.empty(0), *(part.value for part in parts)]))


def thinned(rows: Rows, tolerance: float, width: int, kept_from: float) -> tuple[Rows, FloatArray]:
    """Rows without small entries, and for each row a bound of what an entry left out was.

    Entries of less than `tolerance` go. Where a row then has more than `width` entries, smaller ones go until it has
    not, but never one of `kept_from` or more.
    """
    lost = np.zeros(rows.first.size - 1)
    floors = (tolerance, *(floor for floor in FLOORS if tolerance < floor < kept_from), kept_from)
    for number, floor in enumerate(floors):
        counts = rows.counts
        wide = np.ones(counts.size, dtype=np.bool_) if number == 0 else counts > width
        if not bool(wide.any()):
            break
        small = rows.value < floor
        if number:
            small &= np.repeat(wide, counts)
        if bool(small.any()):
            rows = rows.only(~small)
            lost[rows.counts < counts] = floor
    return rows, lost


class Growing:
    """Rows that grow at the end and can be cut back. At most `most` entries: TooManyPairs above."""

    def __init__(self, n_rows: int, n_columns: int, most: int) -> None:
        self._first = np.zeros(n_rows + 1, dtype=np.int32)
        self._owner = np.empty(0, dtype=np.int32)
        self._value = np.empty(0)
        self._columns, self._most = n_columns, min(most, np.iinfo(np.int32).max)
        self.n_rows = 0

    @property
    def counts(self) -> IntArray:
        """Entries of each row so far."""
        return np.diff(self._first[: self.n_rows + 1]).astype(np.int64)

    def append(self, rows: Rows) -> None:
        """Add rows at the end."""
        begin = int(self._first[self.n_rows])
        end = begin + rows.owner.size
        if end > self._most:
            raise TooManyPairs(
                f"more than {self._most:,} pairs of owner and company would have to be kept: "
                "ask for larger shares only (at_least), or for single companies"
            )
        if end > self._owner.size:
            # Grown in place, which copies nothing where the system can move pages. No view outlives a step.
            room = max(end, min(2 * self._owner.size, self._most))
            self._owner.resize(room, refcheck=False)
            self._value.resize(room, refcheck=False)
        size = rows.first.size - 1
        self._owner[begin:end] = rows.owner
        self._value[begin:end] = rows.value
        self._first[self.n_rows + 1 : self.n_rows + size + 1] = rows.first[1:] + begin
        self.n_rows += size

    def tail(self, start: int) -> Rows:
        """A copy of the rows from `start` on."""
        begin, end = int(self._first[start]), int(self._first[self.n_rows])
        first = self._first[start : self.n_rows + 1].astype(np.int64) - begin
        return Rows(first, self._owner[begin:end].copy(), self._value[begin:end].copy())

    def cut(self, n_rows: int) -> None:
        """Take the last rows away again."""
        self.n_rows = n_rows

    def matrix(self) -> csr_array[np.float64, tuple[int, int]]:
        """All rows so far, without copying them where most of the room is filled."""
        end = int(self._first[self.n_rows])
        return matrix_of(self._value[:end], self._owner[:end], self._first[: self.n_rows + 1], self._columns)
