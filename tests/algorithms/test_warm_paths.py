"""Warm paths against all simple routes of small graphs, by networkx."""

from __future__ import annotations

from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.columns import IntArray
from algorithms.threshold import PPB
from algorithms.warm_paths import PathRule, WarmPaths, warm_paths

N = 7
PARTY = st.integers(0, N - 1)
STRENGTH = st.sampled_from([1, PPB // 3, PPB // 2, 700_000_001, PPB])
Tie = tuple[int, int, int]


def column(values: list[int]) -> IntArray:
    return np.asarray(values, dtype=np.int64)


def found(ties: list[Tie], start: int, end: int, rule: PathRule | None = None) -> WarmPaths:
    one, other, strength = (column([tie[k] for tie in ties]) for k in range(3))
    return warm_paths(one, other, strength, start, end, N, rule)


def literally(ties: list[Tie], start: int, end: int, most: int) -> list[tuple[Fraction, int, tuple[int, ...]]]:
    """(strength, ties, parties) of all routes, the strongest first."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(N))
    for one, other, value in ties:
        if one != other:
            best = max(value, graph.get_edge_data(one, other, {"strength": 0})["strength"])
            graph.add_edge(one, other, strength=best)
    routes = []
    for parties in nx.all_simple_paths(graph, start, end, cutoff=most):
        strength = Fraction(1)
        for one, other in nx.utils.pairwise(parties):
            strength *= Fraction(graph.edges[one, other]["strength"], PPB)
        routes.append((strength, len(parties) - 1, tuple(parties)))
    return sorted(routes, key=lambda route: (-route[0], *route[1:]))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(PARTY, PARTY, STRENGTH), max_size=16),
    st.tuples(PARTY, PARTY).filter(lambda ends: ends[0] != ends[1]),
    st.integers(1, 4),
    st.integers(1, 6),
)
def test_the_strongest_routes(ties: list[Tie], ends: tuple[int, int], most_ties: int, most_paths: int) -> None:
    result = found(ties, *ends, PathRule(most_ties, most_paths))
    expected = literally(ties, *ends, most_ties)[:most_paths]
    told = [(Fraction(one.strength, PPB ** len(one.ties)), len(one.ties), one.parties) for one in result.paths]
    assert told == expected
    assert not result.capped
    for path in result.paths:
        for row, step in zip(path.ties, nx.utils.pairwise(path.parties), strict=True):
            assert {*ties[row][:2]} == {*step}


def test_a_search_that_is_capped_says_so_and_tells_the_strongest() -> None:
    ties = [(0, 1, PPB), (1, 2, PPB // 2), (0, 2, PPB // 3)]
    capped = found(ties, 0, 2, PathRule(most_looks=3))
    assert (capped.capped, [path.parties for path in capped.paths]) == (True, [(0, 1, 2)])
    whole = found(ties, 0, 2)
    assert (whole.capped, [path.parties for path in whole.paths]) == (False, [(0, 1, 2), (0, 2)])


def test_nobody_is_tied_to_a_stranger() -> None:
    assert found([(0, 1, PPB)], 0, 5) == WarmPaths((), capped=False)


@pytest.mark.parametrize(
    ("tie", "ends", "told"),
    [
        ((0, 9, 1), (0, 1), "other"),
        ((0, 1, 0), (0, 1), "strength"),
        ((0, 1, PPB + 1), (0, 1), "strength"),
        ((0, 1, 1), (0, 0), "from 0 to 0"),
        ((0, 1, 1), (0, 9), "from 0 to 9"),
    ],
)
def test_wrong_ties_are_refused(tie: Tie, ends: tuple[int, int], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        found([tie], *ends)
    with pytest.raises(ValueError, match="most_ties"):
        PathRule(most_ties=0)
