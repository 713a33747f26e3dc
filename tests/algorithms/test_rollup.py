"""Roll-ups against their definition: a unit's total is that of all from whose units a way leads up to it."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from algorithms.rollup import above, in_circles, levels

UNITS = st.sampled_from("ABCDEFG")
LINKS = st.sets(st.tuples(UNITS, UNITS), max_size=14)


def parents_of(links: set[tuple[str, str]]) -> dict[str, set[str]]:
    parents: dict[str, set[str]] = {unit: set() for unit in "ABCDEFG"}
    for unit, over in links:
        parents[unit].add(over)
    return parents


def graph_of(links: set[tuple[str, str]]) -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from("ABCDEFG")
    graph.add_edges_from(links)
    return graph


@given(LINKS, st.lists(st.tuples(st.sets(UNITS, max_size=3), st.integers(-5, 5)), max_size=8))
def test_a_total_has_everything_below_exactly_once(
    links: set[tuple[str, str]], customers: list[tuple[set[str], int]]
) -> None:
    graph, over = graph_of(links), above(parents_of(links))
    for unit in "ABCDEFG":
        literal = sum(amount for own, amount in customers if any(nx.has_path(graph, one, unit) for one in own))
        rolled = sum(amount for own, amount in customers if any(unit in over[one] for one in own))
        assert rolled == literal


@given(LINKS)
def test_levels_are_the_shortest_ways_from_a_top(links: set[tuple[str, str]]) -> None:
    graph = graph_of(links)
    tops = [unit for unit in graph if graph.out_degree(unit) == 0]
    found = levels(parents_of(links))
    for unit in graph:
        ways = [nx.shortest_path_length(graph, unit, top) + 1 for top in tops if nx.has_path(graph, unit, top)]
        assert found[unit] == min(ways, default=None)


@given(LINKS)
def test_circles_are_found(links: set[tuple[str, str]]) -> None:
    graph = graph_of(links)
    literal = {unit for part in nx.strongly_connected_components(graph) if len(part) > 1 for unit in part}
    assert in_circles(parents_of(links)) == literal | {unit for unit, over in links if unit == over}


def test_two_hierarchies_of_one_bank() -> None:
    rollup = {"YZ": {"NB"}, "NB": {"HO"}, "team": {"YZ"}}
    assert above(rollup)["team"] == {"team", "YZ", "NB", "HO"}
    assert levels(rollup) == {"HO": 1, "NB": 2, "YZ": 3, "team": 4}
    assert not in_circles(rollup)
