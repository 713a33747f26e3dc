"""Households against their definition taken literally, on random small worlds."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.columns import IntArray
from algorithms.households import (
    DECIDED,
    HEAD,
    HOME_AND_PHONE,
    HOME_AND_SURNAME,
    KINDS,
    SPOUSE,
    UNKNOWN_BIRTH,
    Households,
    Pairs,
    Ties,
    home_ties,
    households,
    shared_pairs,
    ties_of,
)
from tests.algorithms import naive_households as naive

N = 8
OF_AGE = 100
PAIRS = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)), max_size=7)
FEW_PAIRS = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)), max_size=3)
BORN = st.lists(st.sampled_from([None, 10, 20, 30, 110, 120]), min_size=N, max_size=N)
ROWS = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, 3)), max_size=20)


def column(values: list[int]) -> IntArray:
    return np.asarray(values, dtype=np.int64)


def pairs(some: list[tuple[int, int]]) -> Pairs:
    return Pairs(column([a for a, _ in some]), column([b for _, b in some]))


def plain(some: list[tuple[int, int]]) -> set[tuple[int, int]]:
    return {(min(a, b), max(a, b)) for a, b in some if a != b}


def told(ties: Ties) -> list[tuple[int, int, int]]:
    return list(zip(ties.kind.tolist(), ties.one.tolist(), ties.other.tolist(), strict=True))


def days(born: list[int | None]) -> IntArray:
    return column([UNKNOWN_BIRTH if day is None else day for day in born])


def check(found: Households, expected: list[naive.Household]) -> None:
    assert [frozenset(found.members(k).tolist()) for k in range(len(found))] == [one.members for one in expected]
    confirmed = found.party[found.confirmed].tolist()
    assert sorted(confirmed) == sorted(p for one in expected for p in one.confirmed)
    assert found.party[found.role == HEAD].tolist() == [one.head for one in expected]


@settings(max_examples=300, deadline=None)
@given(ROWS, st.integers(1, 5))
def test_what_is_shared(rows: list[tuple[int, int]], most: int) -> None:
    found, hubs = shared_pairs(column([h for h, _ in rows]), column([t for _, t in rows]), most)
    assert list(zip(found.one.tolist(), found.other.tolist(), strict=True)) == sorted(naive.shared(rows, most))
    holders = {thing: {h for h, t in rows if t == thing} for _, thing in rows}
    assert hubs == sum(len(some) > most for some in holders.values())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, 3), st.booleans()), max_size=20), st.integers(1, 5))
def test_what_proves_nothing_still_crowds(rows: list[tuple[int, int, bool]], most: int) -> None:
    proving = np.asarray([row[2] for row in rows], dtype=np.bool_)
    found, _ = shared_pairs(column([row[0] for row in rows]), column([row[1] for row in rows]), most, proving)
    holders = {thing: {h for h, t, _ in rows if t == thing} for thing in range(4)}
    kept = [(h, t) for h, t, proves in rows if proves and len(holders[t]) <= most]
    assert list(zip(found.one.tolist(), found.other.tolist(), strict=True)) == sorted(naive.shared(kept, N))


@settings(max_examples=300, deadline=None)
@given(st.lists(PAIRS, min_size=len(KINDS), max_size=len(KINDS)), FEW_PAIRS, PAIRS, BORN)
def test_households(
    by_kind: list[list[tuple[int, int]]],
    apart: list[tuple[int, int]],
    homes: list[tuple[int, int]],
    born: list[int | None],
) -> None:
    ties = ties_of(N, {kind: pairs(some) for kind, some in enumerate(by_kind)})
    at_home, split = sorted(plain(homes)), sorted(plain(apart))
    found = households(ties, pairs(split), pairs(at_home), days(born), OF_AGE)
    literal = sorted({(k, *pair) for k, some in enumerate(by_kind) for pair in plain(some)})
    assert told(ties) == literal
    check(found, naive.households(literal, split, set(at_home), born, OF_AGE))
    label = found.label(N)
    inside = [tie for tie in literal if label[tie[1]] == label[tie[2]] >= 0]
    assert told(found.ties) == inside
    assert found.refused == len(literal) - len(inside)


@settings(max_examples=200, deadline=None)
@given(st.lists(PAIRS, min_size=len(KINDS), max_size=len(KINDS)))
def test_without_couples_and_decisions_all_that_ties_join_is_one(by_kind: list[list[tuple[int, int]]]) -> None:
    by_kind[SPOUSE] = []
    ties = ties_of(N, {kind: pairs(some) for kind, some in enumerate(by_kind)})
    found = households(ties, pairs([]), pairs([]), days([None] * N), OF_AGE)
    graph = nx.Graph(pair for some in by_kind for pair in plain(some))
    components = sorted(sorted(some) for some in nx.connected_components(graph) if len(some) > 1)
    assert [found.members(k).tolist() for k in range(len(found))] == components


@settings(max_examples=200, deadline=None)
@given(PAIRS, PAIRS, st.lists(st.sampled_from([-1, 0, 1]), min_size=N, max_size=N))
def test_a_home_needs_a_surname_or_a_telephone(
    homes: list[tuple[int, int]], phones: list[tuple[int, int]], surname: list[int]
) -> None:
    at_home, calling = sorted(plain(homes)), sorted(plain(phones))
    found = home_ties(pairs(at_home), pairs(calling), column(surname))
    expected = {(HOME_AND_SURNAME, a, b) for a, b in at_home if surname[a] == surname[b] != -1}
    expected |= {(HOME_AND_PHONE, a, b) for a, b in at_home if (a, b) in calling}
    assert set(told(found)) == expected


def test_a_decision_joins_two_couples_and_parts_what_is_sure() -> None:
    couples = {SPOUSE: pairs([(0, 1), (2, 3)])}
    together = households(
        ties_of(4, {**couples, DECIDED: pairs([(1, 2)])}), pairs([]), pairs([]), days([None] * 4), OF_AGE
    )
    assert together.members(0).tolist() == [0, 1, 2, 3]
    split = households(ties_of(4, couples), pairs([(0, 1)]), pairs([]), days([None] * 4), OF_AGE)
    assert [split.members(k).tolist() for k in range(len(split))] == [[2, 3]]
    assert split.refused == 1


def test_nobody_is_no_household() -> None:
    found = households(ties_of(0, {}), pairs([]), pairs([]), days([]), OF_AGE)
    assert len(found) == 0
    assert found.first.tolist() == [0]


def test_ordinals_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match=r"outside 0\.\.1"):
        ties_of(2, {SPOUSE: pairs([(0, 2)])})
    with pytest.raises(ValueError, match=r"outside 0\.\.1"):
        households(ties_of(2, {}), pairs([(0, 7)]), pairs([]), days([None, None]), OF_AGE)
