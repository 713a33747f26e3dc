"""Warm paths (DOMAIN.md 8): from somebody to a prospect, the strongest routes over people who may be asked.

A tie has a strength above 0 and at most 1, in parts per billion; ties hold both ways. A route passes nobody twice; its
strength is the product over its ties. Strengths are compared exactly: a route of k ties as a fraction of 10^(9k).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

from algorithms.columns import IntArray
from algorithms.threshold import PPB
from algorithms.votes import check_ordinals


@dataclass(frozen=True, slots=True)
class PathRule:
    """most_ties: of one route. most_paths: routes told. most_looks: beginnings of routes that are looked at."""

    most_ties: int = 4
    most_paths: int = 5
    most_looks: int = 100_000

    def __post_init__(self) -> None:
        for name in ("most_ties", "most_paths", "most_looks"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is at least 1, not {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class WarmPath:
    """parties: ordinals from the first to the last. ties: rows, one fewer. strength: numerator over 10^(9 x ties)."""

    parties: tuple[int, ...]
    ties: tuple[int, ...]
    strength: int


@dataclass(frozen=True, slots=True)
class WarmPaths:
    """The strongest routes, the strongest first; then those of fewer ties, then by their parties.

    capped: whether the search ended at `most_looks`, so that more routes may exist; those found are the strongest even
    so.
    """

    paths: tuple[WarmPath, ...]
    capped: bool


def warm_paths(
    one: IntArray,
    other: IntArray,
    strength: IntArray,
    start: int,
    end: int,
    n_parties: int,
    rule: PathRule | None = None,
) -> WarmPaths:
    """The strongest routes from `start` to `end`.

    one, other: shape (n_ties,), party ordinals; of several ties of a pair the strongest counts, then the first.
    strength: shape (n_ties,), 1..10^9. Raises ValueError for ordinals or strengths out of range, shapes that differ,
    start = end.
    Cost: beginnings of routes, those first that may still come to most; what can no longer reach the end in the ties
    left is not looked at.
    """
    rule = rule or PathRule()
    for name, column in (("one", one), ("other", other)):
        check_ordinals(name, column, n_parties)
    if not one.shape == other.shape == strength.shape:
        raise ValueError(f"ties have the shapes {one.shape}, {other.shape}, {strength.shape}")
    if strength.size and not (int(strength.min()) > 0 and int(strength.max()) <= PPB):
        raise ValueError("a tie's strength lies above 0 and at most at 10^9 parts per billion")
    if start == end or not (0 <= start < n_parties and 0 <= end < n_parties):
        raise ValueError(f"a route goes from one party to another of {n_parties}, not from {start} to {end}")
    ties = _strongest(one.tolist(), other.tolist(), strength.tolist())
    found: list[WarmPath] = []
    capped = False
    for looks, path in enumerate(_best_first(ties, _strength_to(ties, end, rule.most_ties), start, end), 1):
        if path.parties[-1] == end:
            found.append(path)
        if len(found) == rule.most_paths:
            break
        if looks == rule.most_looks:
            capped = True
            break
    return WarmPaths(tuple(found), capped)


_Ties = dict[int, dict[int, tuple[int, int]]]
"""Of each party whom it is tied to: strength and row."""


def _strongest(one: list[int], other: list[int], strength: list[int]) -> _Ties:
    ties: _Ties = {}
    for row, (a, b, value) in enumerate(zip(one, other, strength, strict=True)):
        for here, there in ((a, b), (b, a)):
            known = ties.setdefault(here, {}).get(there)
            if here != there and (known is None or known[0] < value):
                ties[here][there] = (value, row)
    return ties


def _strength_to(ties: _Ties, end: int, most: int) -> list[dict[int, int]]:
    """By number of ties left, 0 to `most`: of whoever can reach the end with them how strongly at best, over 10^(9 x
    ties left). Parties may be passed twice here, so that no route comes to more."""
    best = [{end: 1}]
    for step in range(1, most + 1):
        reached: dict[int, int] = {}
        for here, strength in best[-1].items():
            for there, (value, _) in ties.get(here, {}).items():
                reached[there] = max(reached.get(there, 0), value * strength)
        reached[end] = PPB**step
        best.append(reached)
    return best


def _best_first(ties: _Ties, strength_to: list[dict[int, int]], start: int, end: int) -> Iterator[WarmPath]:
    """Beginnings of routes by what they come to at best; whole ones come out the strongest first."""
    most = len(strength_to) - 1
    heap: list[tuple[int, int, tuple[int, ...], tuple[int, ...], int]] = []
    if at_best := strength_to[most].get(start):
        heappush(heap, (-at_best, 0, (start,), (), 1))
    while heap:
        _, length, parties, rows, strength = heappop(heap)
        yield WarmPath(parties, rows, strength)
        if parties[-1] == end:
            continue
        left = strength_to[most - length - 1]
        for there, (value, row) in ties[parties[-1]].items():
            if there in left and there not in parties:
                grown = strength * value
                heappush(heap, (-grown * left[there], length + 1, (*parties, there), (*rows, row), grown))
