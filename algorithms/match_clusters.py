"""Which records become one party, from pairs of records with their scores; and how right that is against the truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.columns import BoolArray, IntArray

UNKNOWN = -1


@dataclass(frozen=True)
class Clusters:
    """of: shape (n,), the lowest record of each record's cluster. refused: shape (n_pairs,), pairs that would have put
    two different numbers into one cluster."""

    of: IntArray
    refused: BoolArray


def clusters(left: IntArray, right: IntArray, numbers: IntArray) -> Clusters:
    """Join pairs, the likeliest first, save where that would put two different numbers of one kind into one cluster.

    left, right: shape (n_pairs,), record ordinals, in the order in which they are joined. numbers: shape (n, kinds),
    what tells parties surely apart (registration codes) as integers of the caller's, UNKNOWN where a record has none.
    Raises ValueError for ordinals out of range. Cost: almost linear in pairs and records.
    """
    n = len(numbers)
    if len(left) != len(right) or (
        len(left) and (min(left.min(), right.min()) < 0 or max(left.max(), right.max()) >= n)
    ):
        raise ValueError(f"pairs name records out of 0..{n - 1}")
    parent = list(range(n))
    known = [list(row) for row in numbers.tolist()]

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    refused = np.zeros(len(left), np.bool_)
    for k, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        one, other = sorted((root(a), root(b)))
        if one == other:
            continue
        mine, theirs = known[one], known[other]
        if any(x != y and UNKNOWN not in (x, y) for x, y in zip(mine, theirs, strict=True)):
            refused[k] = True
            continue
        parent[other] = one
        known[one] = [max(x, y) for x, y in zip(mine, theirs, strict=True)]
    return Clusters(np.array([root(at) for at in range(n)], np.int64), refused)


@dataclass(frozen=True)
class Agreement:
    """Pairs of records found, those of them that are right, and all that there are."""

    found: int
    right: int
    there: int

    @property
    def precision(self) -> float | None:
        """The part of the found that is right; None where nothing was found."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """The part of what is there that was found; None where there is nothing."""
        return self.right / self.there if self.there else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both; None where nothing was found and nothing is there."""
        return 2 * self.right / (self.found + self.there) if self.found + self.there else None


def pairwise(found: IntArray, truth: IntArray) -> Agreement:
    """How the pairs within clusters agree with those within true ones. found, truth: shape (n,), a label a record."""
    both = np.unique(np.stack([found, truth]), axis=1, return_counts=True)[1] if len(found) else np.zeros(0, np.int64)
    return Agreement(_pairs(_sizes(found)), _pairs(both), _pairs(_sizes(truth)))


def _sizes(labels: IntArray) -> IntArray:
    return np.unique(labels, return_counts=True)[1]


def _pairs(sizes: IntArray) -> int:
    return int((sizes * (sizes - 1) // 2).sum())
