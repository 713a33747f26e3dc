"""The fixpoint of control taken from chosen controllers, round by round, many controllers at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.ballots import Ballots
from algorithms.columns import IntArray, distinct, find, nothing, rows_of, sum_by_key


@dataclass(frozen=True, slots=True)
class Reach:
    """What each unit (a controller: a party, a couple, a cycle) controls, its own nodes included at round 0.

    unit, node, round: shape (n_found,), sorted by (unit, node). The round is the one after which a fixpoint
    that adds all that is controlled at once, round by round, has found the node.
    """

    unit: IntArray
    node: IntArray
    round: IntArray


class _Sums:
    """Sums by int64 key under many small additions: a large sorted part and a small one that is folded in."""

    def __init__(self, small: int = 1024) -> None:
        self._small = small
        self._parts = [(nothing(), nothing()) for _ in range(2)]

    def add(self, key: IntArray, value: IntArray) -> None:
        """Add values to keys; the keys of one call are distinct and ascending."""
        recent = _merge(self._parts[1], (key, value))
        if recent[0].size > max(self._small, self._parts[0][0].size // 64):
            self._parts = [_merge(self._parts[0], recent), (nothing(), nothing())]
        else:
            self._parts[1] = recent

    def get(self, key: IntArray) -> IntArray:
        """The sums of these keys, 0 for those never added."""
        out = np.zeros(key.size, dtype=np.int64)
        for keys, values in self._parts:
            at, there = find(keys, key)
            out[there] += values[at[there]]
        return out

    def all(self) -> tuple[IntArray, IntArray]:
        """All keys, ascending, with their sums."""
        return _merge(self._parts[0], self._parts[1])


def _merge(one: tuple[IntArray, IntArray], two: tuple[IntArray, IntArray]) -> tuple[IntArray, IntArray]:
    if not one[0].size:
        return two
    if not two[0].size:
        return one
    return sum_by_key(np.concatenate((one[0], two[0])), np.concatenate((one[1], two[1])))


def explore(tests: Ballots, unit: IntArray, node: IntArray) -> Reach:
    """The least fixpoint from each unit's own nodes, all units at once, round by round.

    unit, node: shape (n_seeds,): the nodes each unit starts from. Cost: the stakes held by all that is found,
    times the logarithm of what is found.
    """
    n = np.int64(max(tests.limit.size, 1))
    found, votes = _Sums(), _Sums()
    frontier = distinct(unit * n + node)
    rounds = 1
    found.add(frontier, np.full(frontier.size, rounds, dtype=np.int64))
    while frontier.size:
        whose, where = np.divmod(frontier, n)
        at, row = rows_of(tests.sure_first, where)
        fresh = [whose[at] * n + tests.sure.target[row]]
        at, row = rows_of(tests.joint_first, where)
        if at.size:
            key, weight = sum_by_key(whose[at] * n + tests.joint_company[row], tests.joint_weight[row])
            votes.add(key, weight)
            fresh.append(key[votes.get(key) > tests.limit[key % n]])
        candidates = distinct(np.concatenate(fresh))
        frontier = candidates[found.get(candidates) == 0]
        rounds += 1
        found.add(frontier, np.full(frontier.size, rounds, dtype=np.int64))
    key, first_round = found.all()
    units, nodes = np.divmod(key, n)
    return Reach(units, nodes, first_round - 1)
