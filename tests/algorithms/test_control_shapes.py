"""Majority control on degenerate shapes: small in the fast suite, at full size marked `long`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from algorithms.control import Control, control
from algorithms.groups import control_groups
from algorithms.threshold import PPB, Threshold
from algorithms.votes import ControlRule, Stakes

MOST = 600_000_000
sizes = pytest.mark.parametrize("scale", [1, pytest.param(100, marks=pytest.mark.long)])


def held(owner: npt.ArrayLike, owned: npt.ArrayLike, votes: npt.ArrayLike) -> Stakes:
    columns = np.broadcast_arrays(np.asarray(owner), np.asarray(owned), np.asarray(votes))
    return Stakes(*(column.astype(np.int64) for column in columns[:3]))


def group_sizes(result: Control) -> list[tuple[int, int]]:
    """(heads, parties) of every group."""
    groups = control_groups(result)
    return [(groups.heads(k).size, groups.members(k).size) for k in range(len(groups))]


@sizes
def test_chain(scale: int) -> None:
    n = 1000 * scale
    order = np.random.default_rng(1).permutation(n)
    result = control(held(order[:-1], order[1:], MOST), n)
    assert result.n_pairs == n * (n - 1) // 2
    assert len(result.immediate) == n - 1
    assert result.controlled.size == n - 1
    assert group_sizes(result) == [(1, n)]
    first = result.pairs(limit=10)
    assert first.capped
    assert (len(first), first.total) == (10, result.n_pairs)
    place = np.argsort(order)
    assert (place[first.controlled] - place[first.controller]).tolist() == first.round.tolist()


@sizes
def test_star(scale: int) -> None:
    n = 2000 * scale
    leaves = np.arange(1, n + 1)
    result = control(held(0, leaves, MOST), n + 1)
    assert (result.n_pairs, len(result.immediate)) == (n, n)
    assert group_sizes(result) == [(1, n + 1)]
    assert control(held(leaves, 0, 1), n + 1).n_pairs == 0


@sizes
def test_ring(scale: int) -> None:
    n = 500 * scale
    ring = np.arange(n)
    result = control(held(ring, (ring + 1) % n, MOST), n)
    assert result.n_pairs == n * (n - 1)
    assert len(result.immediate) == n
    assert group_sizes(result) == [(n, n)]
    assert result.pairs(limit=n - 1).round.tolist() == list(range(1, n))


@pytest.mark.parametrize("n", [30, pytest.param(300, marks=pytest.mark.long)])
def test_complete_cross_holding(n: int) -> None:
    owner, owned = (each[~np.eye(n, dtype=np.bool_)] for each in np.indices((n, n)))
    spread = held(owner, owned, PPB // n)
    assert control(spread, n).n_pairs == 0
    low = control(spread, n, ControlRule(Threshold(PPB // n - 1)))
    assert low.n_pairs == len(low.immediate) == n * (n - 1)
    above = control(held(owner, owned, MOST), n)
    assert above.n_pairs == n * (n - 1)
    assert above.above_one.size == n
    assert group_sizes(above) == [(n, n)]


@pytest.mark.parametrize("n", [200, pytest.param(20_000, marks=pytest.mark.long)])
def test_ladder_of_joint_control(n: int) -> None:
    """A holds .3 of every company and the one before holds .3: one after the other falls to A alone."""
    company = np.arange(1, n + 1)
    own, lent = held(0, company, 300_000_000), held(company[:-1], company[1:], 300_000_000)
    first = held(0, 1, 300_000_000)
    both = Stakes(
        np.concatenate((own.owner, lent.owner, np.atleast_1d(first.owner))),
        np.concatenate((own.owned, lent.owned, np.atleast_1d(first.owned))),
        np.concatenate((own.votes, lent.votes, np.atleast_1d(first.votes))),
    )
    result = control(both, n + 1)
    assert result.n_pairs == n
    assert result.pairs().round.tolist() == list(range(1, n + 1))
    assert result.immediate.controller.tolist() == [0] * n


@pytest.mark.parametrize("n", [100, pytest.param(3000, marks=pytest.mark.long)])
def test_chain_with_a_joint_venture_at_its_top(n: int) -> None:
    """Two lines of controllers: the whole component is worked out pair by pair, with the same answer."""
    chain = np.arange(n - 1)
    stakes = held(
        np.concatenate((chain, [n, n])),
        np.concatenate((chain + 1, [0, n + 1])),
        np.concatenate((np.full(n - 1, MOST), [PPB // 2, PPB // 2])),
    )
    half = held(
        np.concatenate((stakes.owner, [0])), np.concatenate((stakes.owned, [n + 1])), np.append(stakes.votes, PPB // 2)
    )
    result = control(half, n + 2, ControlRule(Threshold(sense="at_least")))
    assert result.n_pairs == n * (n - 1) // 2 + n + 2
    assert group_sizes(result) == [(1, n + 2)]


def test_a_lower_controller_found_later_takes_the_place_of_the_higher() -> None:
    """P controls Y jointly with Q at once; when S has fallen to Q, Q alone suffices with it: one line, no tangle."""
    p, q, s, t, y = range(5)
    owner, owned = [p, q, q, t, p, q, s], [q, t, s, s, y, y, y]
    votes = np.asarray([60, 60, 30, 30, 20, 31, 20]) * (PPB // 100)
    result = control(held(owner, owned, votes), 5)
    links = set(zip(result.immediate.controller.tolist(), result.immediate.controlled.tolist(), strict=True))
    assert links == {(p, q), (q, t), (q, s), (q, y)}
    assert not result.structure.lines.tangled.any()
