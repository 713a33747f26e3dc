"""How often the fields of two records of one party agree, learnt from pairs of which nobody says which are such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from algorithms.columns import FloatArray, IntArray

UNKNOWN = -1
ROUNDS = 100
CLOSE = 1e-6


@dataclass(frozen=True)
class Learnt:
    """one: for each field the chance of each of its levels for two records of one party. matches: how many of the pairs
    are expected to be such."""

    one: tuple[FloatArray, ...]
    matches: float


def learn(
    levels: IntArray, counts: IntArray, one: Sequence[FloatArray], two: Sequence[FloatArray], stated: float
) -> Learnt:
    """Expectation maximisation over the levels of agreement of pairs (Fellegi and Sunter 1969; Winkler 1988).

    levels: shape (n, fields), the level of each field, UNKNOWN where a record has none; counts: shape (n,), how many
    pairs are so. one: the chances to begin with; they go on to count like `stated` pairs of one party, so that a level
    that no likely pair shows stays possible. two: the chances for two records of two parties, which stay. Raises
    ValueError for levels out of range or a `stated` of 0 or less. Cost: `ROUNDS` times pairs at most.
    """
    if stated <= 0:
        raise ValueError(f"stated is {stated}, not above 0")
    for at, chances in enumerate(one):
        column = levels[:, at]
        if len(column) and (column.min() < UNKNOWN or column.max() >= len(chances)):
            raise ValueError(f"levels of field {at} are out of range")
    now = [np.asarray(chances, np.float64) for chances in one]
    total = float(counts.sum())
    share = 0.5
    for _ in range(ROUNDS if total else 0):
        likely = _posterior(levels, now, two, share) * counts
        new = [_chances(levels[:, at], likely, chances, stated) for at, chances in enumerate(one)]
        moved = max((float(np.abs(a - b).max()) for a, b in zip(now, new, strict=True)), default=0.0)
        now, share = new, min(max(float(likely.sum()) / total, 1e-9), 1 - 1e-9)
        if moved < CLOSE:
            break
    return Learnt(tuple(now), float((_posterior(levels, now, two, share) * counts).sum()) if total else 0.0)


def _posterior(levels: IntArray, one: Sequence[FloatArray], two: Sequence[FloatArray], share: float) -> FloatArray:
    """How likely each pair is one party."""
    odds = np.full(len(levels), np.log(share / (1 - share)))
    for at, (m, u) in enumerate(zip(one, two, strict=True)):
        weight = np.append(np.log(m / u), 0.0)  # the last is that of UNKNOWN
        odds += weight[levels[:, at]]
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -500, 500))), np.float64)


def _chances(levels: IntArray, likely: FloatArray, stated: FloatArray, weight: float) -> FloatArray:
    known = levels != UNKNOWN
    seen = np.bincount(levels[known], weights=likely[known], minlength=len(stated)) + weight * stated / stated.sum()
    return np.asarray(seen / seen.sum(), np.float64)
