"""Referrals against their definition taken literally, on random small worlds."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.columns import IntArray
from algorithms.referrals import (
    FLAGS,
    Purchases,
    Referrals,
    ReferralTrees,
    credits,
    referral_chains,
    referral_trees,
    same_household,
)
from algorithms.threshold import UNKNOWN
from tests.algorithms import naive_referrals as naive

N = 7
PARTY = st.integers(0, N - 1)
DAY = st.sampled_from([UNKNOWN, *range(9)])
ROWS = st.lists(st.tuples(PARTY, PARTY, DAY), max_size=16)
OWN = st.sets(st.tuples(PARTY, PARTY), max_size=6)
VALUE = st.sampled_from([0, 1, 2, 3, 7, 900, 10**6 + 1, 2**56 + 12_345, UNKNOWN])
BOUGHT = st.lists(st.tuples(PARTY, st.integers(0, 10), VALUE), max_size=10)


def column(values: list[int]) -> IntArray:
    return np.asarray(values, dtype=np.int64)


def trees(rows: list[naive.Row], own: set[tuple[int, int]], n: int = N) -> ReferralTrees:
    given = Referrals(*(column([row[k] for row in rows]) for k in range(3)))
    of_own = np.asarray([row[:2] in own for row in rows], dtype=np.bool_)
    return referral_trees(given, of_own, n)


def purchases(bought: list[naive.Bought]) -> Purchases:
    return Purchases(*(column([one[k] for one in bought]) for k in range(3)))


@settings(max_examples=200, deadline=None)
@given(ROWS, OWN)
def test_flags_and_trees(rows: list[naive.Row], own: set[tuple[int, int]]) -> None:
    found = trees(rows, own)
    told = naive.flags(rows, own)
    assert [FLAGS[flag] for flag in found.flag.tolist()] == told
    valid = [row for row, flag in zip(rows, told, strict=True) if not flag]
    forest = nx.DiGraph([row[:2] for row in valid])
    forest.add_nodes_from(range(N))
    assert nx.is_branching(forest)
    for party in range(N):
        reached = nx.single_source_shortest_path_length(forest, party)
        assert found.below.size[party] == len(reached) - 1
        assert found.below.depth[party] == max(reached.values())
        assert found.below.direct[party] == forest.out_degree(party)
        above = [rows[row][:2] for row in found.chain(party)]
        assert len(above) == found.position[party] == len(nx.ancestors(forest, party))
        assert all(link in forest.edges for link in above)


@settings(max_examples=200, deadline=None)
@given(ROWS, OWN, BOUGHT)
def test_credits(rows: list[naive.Row], own: set[tuple[int, int]], bought: list[naive.Bought]) -> None:
    found = credits(trees(rows, own), purchases(bought))
    told = naive.flags(rows, own)
    for method in ("nearest", "even", "halving"):
        assert getattr(found, method).tolist() == naive.credits(rows, told, bought, method, N)
    chains = [(naive.chain_of(rows, told, buyer, day), value) for buyer, day, value in bought]
    for party in range(N):
        assert found.purchases[party] == sum(chain[:1] == [party] for chain, _ in chains)
        assert found.unknown[party] == sum(party in chain for chain, value in chains if value == UNKNOWN)


@settings(max_examples=100, deadline=None)
@given(ROWS, OWN, st.integers(0, 40))
def test_chains_are_the_ways_from_heads_to_last_parties(
    rows: list[naive.Row], own: set[tuple[int, int]], most: int
) -> None:
    found = trees(rows, own)
    told = naive.flags(rows, own)
    valid = {row[1]: row for row, flag in zip(rows, told, strict=True) if not flag}
    expected = []
    for last in sorted(set(valid) - {row[0] for row in valid.values()}):
        way = [last]
        while way[0] in valid:
            way.insert(0, valid[way[0]][0])
        late = [one in valid and valid[one][2] > valid[after][2] for one, after in pairwise(way)]
        expected.append((way, [*late, False]))
    whole = referral_chains(found)
    parts = [slice(int(one), int(two)) for one, two in zip(whole.first[:-1], whole.first[1:], strict=True)]
    assert [(whole.party[part].tolist(), whole.late[part].tolist()) for part in parts] == expected
    assert referral_chains(found, whole.party.size).left_out == 0
    few = referral_chains(found, most)
    assert few.left_out + len(few) == len(expected)
    assert few.party.tolist() == whole.party[: few.party.size].tolist()
    assert few.party.size <= most
    assert not few.left_out or few.party.size + len(expected[len(few)][0]) > most


@settings(max_examples=100, deadline=None)
@given(ROWS, st.lists(st.tuples(PARTY, st.integers(0, 3)), max_size=10))
def test_households_shared(rows: list[naive.Row], members: list[tuple[int, int]]) -> None:
    given = Referrals(*(column([row[k] for row in rows]) for k in range(3)))
    found = same_household(given, column([one for one, _ in members]), column([home for _, home in members]))
    homes = {party: {home for one, home in members if one == party} for party in range(N)}
    assert found.tolist() == [bool(homes[row[0]] & homes[row[1]]) for row in rows]


@pytest.mark.parametrize(("n", "value"), [(200, 2**61 + 12_345), (64, 2**62 - 1), (63, 2**62 - 1), (2, 2**62 - 1)])
def test_a_long_chain_is_credited_to_the_last_minor_unit(n: int, value: int) -> None:
    line = trees([(k, k + 1, k) for k in range(n - 1)], set(), n)
    found = credits(line, purchases([(n - 1, n, value)]))
    chain = list(range(n - 2, -1, -1))
    for method in ("even", "halving"):
        shares = naive.credit(chain, value, method)
        assert [int(share) for share in getattr(found, method)[: n - 1]] == [shares[k] for k in range(n - 1)]
        assert int(getattr(found, method).sum()) == value
    assert line.below.depth[0] == line.below.size[0] == n - 1


def test_nothing_gives_nothing() -> None:
    none = trees([], set(), 0)
    assert len(referral_chains(none)) == 0
    assert credits(none, purchases([])).nearest.size == 0


@pytest.mark.parametrize(
    ("rows", "bought", "told"),
    [
        ([(0, 9, 1)], [], "referred"),
        ([(0, 1, 1)], [(9, 1, 1)], "buyer"),
        ([(0, 1, 1)], [(1, 1, -2)], "value"),
        ([(0, 1, 1)], [(1, 1, 2**61), (1, 1, 2**61)], "value sums"),
    ],
)
def test_wrong_columns_are_refused(rows: list[naive.Row], bought: list[naive.Bought], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        credits(trees(rows, set()), purchases(bought))


def test_columns_of_other_shapes_are_refused() -> None:
    two = column([0, 1])
    with pytest.raises(ValueError, match="day has the shape"):
        referral_trees(Referrals(two, two, column([1])), np.zeros(2, dtype=np.bool_), 2)
    with pytest.raises(ValueError, match="own has the shape"):
        referral_trees(Referrals(two, two, two), np.zeros(1, dtype=np.bool_), 2)
    with pytest.raises(ValueError, match="value has the shape"):
        credits(trees([(0, 1, 1)], set()), Purchases(two, two, column([1])))
