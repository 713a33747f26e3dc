"""Clusters of records from pairs: networkx without numbers, the definition taken literally with them."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.match_clusters import UNKNOWN, clusters, pairwise

N = 8
PAIRS = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)), max_size=12)
NUMBERS = st.lists(st.tuples(st.integers(-1, 2), st.integers(-1, 1)), min_size=N, max_size=N)
LABELS = st.lists(st.integers(0, 3), min_size=N, max_size=N)


def ends(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    array = np.array(pairs, np.int64).reshape(len(pairs), 2)
    return array[:, 0], array[:, 1]


@given(PAIRS)
def test_without_numbers_they_are_the_connected_components(pairs: list[tuple[int, int]]) -> None:
    graph = nx.Graph(pairs)
    graph.add_nodes_from(range(N))
    wanted = {node: min(part) for part in nx.connected_components(graph) for node in part}
    found = clusters(*ends(pairs), np.empty((N, 0), np.int64))
    assert found.of.tolist() == [wanted[node] for node in range(N)]
    assert not found.refused.any()


@given(PAIRS, NUMBERS)
def test_no_cluster_holds_two_numbers_and_only_such_pairs_are_refused(
    pairs: list[tuple[int, int]], numbers: list[tuple[int, int]]
) -> None:
    found = clusters(*ends(pairs), np.array(numbers, np.int64))
    sets = [{at} for at in range(N)]
    refused = []
    for a, b in pairs:
        one, other = (next(s for s in sets if end in s) for end in (a, b))
        held = [[{numbers[at][k] for at in part} - {UNKNOWN} for k in range(2)] for part in (one, other)]
        refused.append(one is not other and any(len(x | y) > 1 for x, y in zip(*held, strict=True)))
        if one is not other and not refused[-1]:
            sets = [s for s in sets if s is not one and s is not other] + [one | other]
    assert found.refused.tolist() == refused
    assert found.of.tolist() == [min(next(s for s in sets if at in s)) for at in range(N)]


def test_pairs_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match=r"out of 0\.\.1"):
        clusters(np.array([0]), np.array([2]), np.empty((2, 0), np.int64))


@given(LABELS, LABELS)
def test_pairwise_counts_pairs(found: list[int], truth: list[int]) -> None:
    every = [(a, b) for a in range(N) for b in range(a + 1, N)]
    told = pairwise(np.array(found), np.array(truth))
    assert told.found == sum(found[a] == found[b] for a, b in every)
    assert told.there == sum(truth[a] == truth[b] for a, b in every)
    assert told.right == sum(found[a] == found[b] and truth[a] == truth[b] for a, b in every)


def test_figures_of_nothing_are_none() -> None:
    told = pairwise(np.arange(3), np.arange(3))
    assert (told.precision, told.recall, told.f1) == (None, None, None)


def test_figures_are_those_of_the_definition() -> None:
    told = pairwise(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]))
    assert (told.precision, told.recall, told.f1) == (1 / 3, 1 / 2, 2 / 5)
