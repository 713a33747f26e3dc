"""The fixpoint of control taken from chosen controllers, round by round, many controllers at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from algorithms.ballots import Ballots, Joint
from algorithms.columns import IntArray, distinct, find, joined, nothing, order_by, rows_of, starts_of, sum_by_key

UNITS_AT_ONCE = 4096
"""Controllers explored in one pass while what they find is kept sorted."""

SORTED_ROUNDS = 40
"""After so many rounds (a deep chain, a long ring) a table with a cell for everything is faster than sorting."""

CELLS = 2**24
"""Cells of that table."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What each unit (a controller: a party, a couple, a cycle) controls, its own nodes included at round 0.

    unit, node, round: shape (n_found,), sorted by (unit, node). The round is the one after which a fixpoint
    that adds all that is controlled at once, round by round, has found the node.
    """

    unit: IntArray
    node: IntArray
    round: IntArray


def explore(tests: Ballots, unit: IntArray, node: IntArray, *, together: bool = False) -> Reach:
    """The least fixpoint from each unit's own nodes.

    unit, node: shape (n_seeds,): the nodes each unit starts from; unit numbers are not negative, in any order.
    together: whether a unit may have nodes that neither control one another nor form a cycle or a family that counts as
    one: persons and their kin.
    Cost: the stakes held by all that is found, times the logarithm of what one pass finds.
    """
    order = order_by(unit)
    unit, node = unit[order], node[order]
    n = np.int64(max(tests.limit.size, 1))
    joint = tests.together if together else tests.joint
    keys, rounds = [], []
    names = unit[starts_of(unit)]
    number = np.searchsorted(names, unit)
    for seeds in _passes(number, UNITS_AT_ONCE):
        found = _explore(tests, joint, number[seeds] * n + node[seeds], SORTED_ROUNDS, _Sorted(), _Sorted())
        parts = [found] if found else list(_explore_deep(tests, joint, number[seeds], node[seeds]))
        keys += [key for key, _ in parts]
        rounds += [first for _, first in parts]
    which, where = np.divmod(joined(*keys), n)
    return Reach(names[which], where, joined(*rounds) - 1)


def _passes(number: IntArray, at_once: int) -> Iterator[slice]:
    """Slices of seeds with at most so many units each; number: unit numbers, ascending."""
    start = 0
    while start < number.size:
        end = int(np.searchsorted(number, number[start] + at_once))
        yield slice(start, end)
        start = end


def _explore_deep(
    tests: Ballots, joint: Joint, number: IntArray, node: IntArray
) -> Iterator[tuple[IntArray, IntArray]]:
    n = np.int64(max(tests.limit.size, 1))
    at_once = max(CELLS // int(n), 1)
    for seeds in _passes(number, at_once):
        base = number[seeds.start] * n
        cells = at_once * int(n)
        found = _explore(tests, joint, number[seeds] * n + node[seeds] - base, None, _Table(cells), _Table(cells))
        if found:
            yield found[0] + base, found[1]


def _explore(
    tests: Ballots, joint: Joint, seeds: IntArray, at_most: int | None, found: _Sums, votes: _Sums
) -> tuple[IntArray, IntArray] | None:
    """All keys (unit number * n + node) that the seeds lead to, ascending, with their rounds from 1 on.

    None when at_most rounds were not enough.
    """
    n = np.int64(max(tests.limit.size, 1))
    has_joint = bool(joint.company.size)
    frontier = distinct(seeds)
    rounds = 1
    found.add(frontier, np.full(frontier.size, rounds, dtype=np.int64))
    while frontier.size:
        if at_most is not None and rounds > at_most:
            return None
        where = frontier % n
        whose = frontier - where
        at, row = rows_of(tests.sure_first, where)
        fresh = whose[at] + tests.sure.target[row]
        if has_joint:
            at, row = rows_of(joint.first, where)
            key, weight = sum_by_key(whose[at] + joint.company[row], joint.weight[row])
            votes.add(key, weight)
            fresh = np.concatenate((fresh, key[votes.get(key) > tests.limit[key % n]]))
        fresh = distinct(fresh)
        frontier = fresh[found.get(fresh) == 0]
        rounds += 1
        found.add(frontier, np.full(frontier.size, rounds, dtype=np.int64))
    return found.all()


class _Sums(Protocol):
    """Sums by key."""

    def add(self, key: IntArray, value: IntArray) -> None:
        """Add values to keys; the keys of one call are distinct and ascending."""

    def get(self, key: IntArray) -> IntArray:
        """The sums of these keys, 0 for those never added."""

    def all(self) -> tuple[IntArray, IntArray]:
        """All keys, ascending, with their sums."""


class _Sorted:
    """Sums by any key, under a few large additions."""

    def __init__(self) -> None:
        self._key, self._sum = nothing(), nothing()

    def add(self, key: IntArray, value: IntArray) -> None:
        self._key, self._sum = sum_by_key(np.concatenate((self._key, key)), np.concatenate((self._sum, value)))

    def get(self, key: IntArray) -> IntArray:
        at, there = find(self._key, key)
        out = np.zeros(key.size, dtype=np.int64)
        out[there] = self._sum[at[there]]
        return out

    def all(self) -> tuple[IntArray, IntArray]:
        return self._key, self._sum


class _Table:
    """Sums by a key below a fixed number, each in a cell of its own, under many small additions."""

    def __init__(self, cells: int) -> None:
        self._cell = np.zeros(cells, dtype=np.int64)

    def add(self, key: IntArray, value: IntArray) -> None:
        self._cell[key] += value

    def get(self, key: IntArray) -> IntArray:
        return self._cell[key]

    def all(self) -> tuple[IntArray, IntArray]:
        key = np.flatnonzero(self._cell)
        return key, self._cell[key]
