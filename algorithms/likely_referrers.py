"""Who is likely to refer: a logistic regression on what is known of each party on a day, held out in time.

Each party is seen on a day with its features, whole numbers from what was known by then; the answer is whether it makes
a referral that counts within the horizon after it. The weights are those that make the answers of an earlier day most
likely, less half the sum of their squares on standardised features (Cox 1958; ridge: le Cessie, van Houwelingen
1992). The function is strictly convex: there is one answer and no seed, and Newton's method finds it in some steps.
Weights are kept as whole millionths, so that scores are exact and the same on every machine.

The measure to beat is "referred before": who has referred most, those who did so last before others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from algorithms.columns import BoolArray, IntArray

ONE = 10**6
"""Weights, means and scores are whole millionths."""
FEWEST = 20
"""Referrers, and others, below which nothing is learned."""
_STEPS = 100
_CLOSE = 1e-10
_NOISE = 1e-12
"""The part of a loss that rounding in its sum may make: below it no step is halved, or it would be without end."""
_FLAT = 30.0
"""Beyond this exponent a chance is as good as 0 or 1."""


@dataclass(frozen=True)
class Seen:
    """What is known of parties on a day, by party. feature: shape (n, n_features), whole numbers of at most 10^6.
    before: referrals made by then, last: the day of the last of them (any number where none), shape (n,)."""

    feature: IntArray
    before: IntArray
    last: IntArray


@dataclass(frozen=True)
class Model:
    """intercept, weight: millionths a unit of each feature. mean: of each feature where it was learned, millionths."""

    intercept: int
    weight: IntArray
    mean: IntArray

    def raw(self, feature: IntArray) -> IntArray:
        """The exponent of each row's chance, millionths: shape (n,)."""
        found: IntArray = self.intercept + feature @ self.weight
        return found

    def score(self, feature: IntArray) -> IntArray:
        """The chance of each row, millionths: shape (n,)."""
        return np.rint(ONE / (1.0 + np.exp(-self.raw(feature) / ONE))).astype(np.int64)

    def contributions(self, feature: IntArray) -> IntArray:
        """How far each feature moves the exponent from that of the mean, millionths: shape as `feature`."""
        found: IntArray = self.weight * (feature * ONE - self.mean) // ONE
        return found


@dataclass(frozen=True)
class Quality:
    """A ranking held against what came: hits among the first k, by k of `at`, and the area under the curve, millionths
    (half a million is chance)."""

    hits: tuple[int, ...]
    area: int


@dataclass(frozen=True)
class Held:
    """rows: parties seen; referrers: those of them who then referred. model, before: the quality of both rankings."""

    at: tuple[int, ...]
    rows: int
    referrers: int
    model: Quality
    before: Quality


def learn(feature: IntArray, refers: BoolArray, ridge: float = 1.0) -> Model:
    """The model of an earlier day. refers: shape (n,), who referred within the horizon.

    Raises ValueError where fewer than FEWEST did, or did not, and for shapes that differ.
    """
    if feature.ndim != 2 or refers.shape != feature.shape[:1]:
        raise ValueError(f"{feature.shape} features and {refers.shape} answers do not go together")
    found = int(refers.sum())
    if min(found, refers.size - found) < FEWEST:
        raise ValueError(f"{found} of {refers.size} refer: too few to learn from")
    mean, spread = feature.mean(axis=0), feature.std(axis=0)
    width = np.where(spread > 0, spread, 1.0)
    alike, count, answer = _counted(feature, refers)
    columns = np.column_stack((np.ones(count.size), (alike - mean) / width))
    fitted = _fitted(columns, count, answer, ridge)
    weight = np.rint(fitted[1:] / width * ONE).astype(np.int64)
    centre = float(fitted[0] - (fitted[1:] / width) @ mean)
    return Model(round(centre * ONE), weight, np.rint(mean * ONE).astype(np.int64))


def _counted(feature: IntArray, refers: BoolArray) -> tuple[IntArray, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The distinct rows of features, how many parties have each, and how many of these refer: a bank of a million is
    some ten thousand rows."""
    order = np.lexsort(feature.T)
    ordered = feature[order]
    begins = np.flatnonzero(np.append(True, np.any(ordered[1:] != ordered[:-1], axis=1)))
    answer = np.add.reduceat(refers[order].astype(np.float64), begins)
    return ordered[begins], np.diff(np.append(begins, order.size)).astype(np.float64), answer


def _fitted(
    columns: npt.NDArray[np.float64],
    count: npt.NDArray[np.float64],
    answer: npt.NDArray[np.float64],
    ridge: float,
) -> npt.NDArray[np.float64]:
    """Newton's method from nothing, halving steps that lead up; the intercept is not held down.

    count, answer: how many each row stands for, and how many of them refer.
    """
    held = np.full(columns.shape[1], ridge)
    held[0] = 0.0
    at = np.zeros(columns.shape[1])
    part = answer.sum() / count.sum()
    at[0] = np.log(part / (1 - part))

    def loss(weights: npt.NDArray[np.float64]) -> float:
        raw = columns @ weights
        return float(count @ np.logaddexp(0.0, raw) - answer @ raw + (held * weights * weights).sum() / 2)

    value = loss(at)
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(columns @ at, -_FLAT, _FLAT)))
        slope = columns.T @ (count * chance - answer) + held * at
        curve = (columns * (count * chance * (1.0 - chance))[:, None]).T @ columns + np.diag(held)
        step = np.linalg.solve(curve, slope)
        size = 1.0
        most = value + abs(value) * _NOISE
        while (after := loss(at - size * step)) > most and size > _CLOSE:
            size /= 2
        at, value = at - size * step, min(value, after)
        if np.abs(step).max() < _CLOSE:
            break
    return at


def ranked(score: IntArray, *then: IntArray) -> IntArray:
    """Rows by score, the largest first; ties by the further columns, the largest first, then by place."""
    place = np.arange(score.size)
    return np.lexsort((place, *(-column for column in reversed(then)), -score))


def held_out(model: Model, seen: Seen, refers: BoolArray, at: tuple[int, ...] = (10, 50, 100, 500)) -> Held:
    """How well a model of an earlier day ranks who refers next, beside "referred before"."""
    raw = model.raw(seen.feature)
    last = np.where(seen.before > 0, seen.last, np.iinfo(np.int64).min + 1)
    known = ranked(seen.before, last)
    place = np.empty(known.size, dtype=np.int64)
    place[known] = _levels(seen.before[known], last[known])
    return Held(
        at=at,
        rows=int(refers.size),
        referrers=int(refers.sum()),
        model=Quality(_hits(ranked(raw), refers, at), area(raw, refers)),
        before=Quality(_hits(known, refers, at), area(-place, refers)),
    )


def _levels(*columns: IntArray) -> IntArray:
    """Ordered rows numbered from 0, equal ones alike."""
    changed = np.zeros(columns[0].size, dtype=np.bool_)
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return np.cumsum(changed)


def _hits(order: IntArray, refers: BoolArray, at: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(refers[order[:k]].sum()) for k in at)


def area(score: IntArray, refers: BoolArray) -> int:
    """Of all pairs of one who refers and one who does not the part in which the first has the larger score, ties half:
    millionths, rounded down. Half a million where there are no pairs."""
    yes, no = np.sort(score[refers]), np.sort(score[~refers])
    if not (yes.size and no.size):
        return ONE // 2
    below = np.searchsorted(no, yes, side="left").sum()
    upto = np.searchsorted(no, yes, side="right").sum()
    return int((int(below) + int(upto)) * ONE // (2 * yes.size * no.size))
