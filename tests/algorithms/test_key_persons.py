"""Actual controllers against reachability in a graph, on small random worlds and the examples of DOMAIN.md 1."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.key_persons import actual_controllers

N = 7
links = st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)), max_size=20)


def found(pairs: list[tuple[int, int]], natural: list[bool]) -> list[tuple[int, int]]:
    lower, upper = (np.asarray([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    company, person = actual_controllers(lower, upper, np.asarray(natural, dtype=np.bool_))
    return list(zip(company.tolist(), person.tolist(), strict=True))


@given(links, st.lists(st.booleans(), min_size=N, max_size=N))
def test_they_are_the_persons_that_lines_of_control_lead_up_to(
    pairs: list[tuple[int, int]], natural: list[bool]
) -> None:
    graph = nx.DiGraph(pairs)
    graph.add_nodes_from(range(N))
    expected = {
        (lower, upper)
        for lower in range(N)
        for start in graph.successors(lower)
        for upper in {start, *nx.descendants(graph, start)}
        if natural[upper]
    }
    assert found(pairs, natural) == sorted(expected)


def test_a_chain_a_cycle_and_two_controllers() -> None:
    p, q, a, b, c = range(5)
    natural = [True, True, False, False, False]
    assert found([(b, a), (a, p)], natural) == [(a, p), (b, p)]
    assert found([(a, b), (b, a), (b, p)], natural) == [(a, p), (b, p)]  # a cycle that a person stands above
    assert found([(a, b), (b, a)], natural) == []  # 1.3: nobody stands above it
    assert found([(c, p), (c, q), (c, a)], natural) == [(c, p), (c, q)]
    assert found([], natural) == []


def test_ordinals_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="controller"):
        found([(0, 9)], [False, False])
