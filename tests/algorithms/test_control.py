"""Majority control against its definition taken literally, on random small worlds of every kind."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.control import Control, control
from algorithms.groups import control_groups
from algorithms.threshold import PPB, UNKNOWN, Sense, Threshold
from algorithms.votes import Bases, ControlRule, OwnShares, Stakes, vote_table
from tests.algorithms.naive_control import Naive

NAMES = ("agreement", "board")


def column(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.asarray(values, dtype=np.int64)


def stakes_of(rows: list[tuple[int, int, int]]) -> Stakes:
    return Stakes(*(column([row[k] for row in rows]) for k in range(3)))


def bases_of(rows: list[tuple[int, int, int]]) -> Bases:
    controller, controlled, basis = (column([row[k] for row in rows]) for k in range(3))
    return Bases(controller, controlled, basis, NAMES)


@st.composite
def worlds(draw: st.DrawFn) -> Naive:
    n = draw(st.integers(2, 8))
    party = st.integers(0, n - 1)
    share = st.one_of(
        st.integers(0, 20).map(lambda twentieths: twentieths * PPB // 20),
        st.sampled_from([UNKNOWN, 1, PPB // 2, PPB // 2 + 1, 333_333_333, 333_333_334, 166_666_667, PPB]),
    )
    stakes = draw(st.lists(st.tuples(party, party, share), max_size=24))
    family = st.lists(party, min_size=2, max_size=3, unique=True)
    senses = st.sampled_from(["more_than", "at_least"])
    own: st.SearchStrategy[OwnShares] = st.sampled_from(["reduce", "ignore"])
    ppb = st.sampled_from([PPB // 2, PPB // 2, 3 * PPB // 10, 333_333_333, 3 * PPB // 4, PPB, PPB // 20])
    threshold = draw(ppb)
    if threshold == 333_333_333 or draw(st.booleans()):
        stakes = scaled_to_one(stakes)
    rule = ControlRule(Threshold(threshold, draw(senses)), draw(own), draw(st.booleans()))  # type: ignore[arg-type]
    return Naive(
        n,
        stakes,
        rule,
        draw(st.lists(st.tuples(party, party, st.integers(0, 1)), max_size=draw(st.integers(0, 3)))),
        draw(st.lists(family, max_size=draw(st.integers(0, 2)))),
    )


def scaled_to_one(stakes: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The same stakes with holdings of a company cut off where they reach the whole: forests are common then."""
    room: dict[int, int] = {}
    out = []
    for owner, owned, votes in stakes:
        kept = min(votes, room.setdefault(owned, PPB))
        room[owned] -= max(kept, 0)
        out.append((owner, owned, kept))
    return out


def solved(world: Naive) -> Control:
    return control(
        stakes_of(list(world.stakes)), world.n, world.rule, bases_of(list(world.bases)), list(world.families)
    )


def pairs_of(result: Control) -> dict[tuple[int, int], int]:
    listed = result.pairs()
    return dict(
        zip(
            zip(listed.controller.tolist(), listed.controlled.tolist(), strict=True), listed.round.tolist(), strict=True
        )
    )


@settings(max_examples=200)
@given(worlds())
def test_pairs_and_rounds_are_those_of_the_definition(world: Naive) -> None:
    result = solved(world)
    expected = world.pairs()
    assert pairs_of(result) == expected
    assert list(pairs_of(result)) == sorted(expected)
    assert result.n_pairs == len(expected)
    controlled = {company for companies in world.control.values() for company in companies}
    assert result.controlled.tolist() == sorted(controlled)


@settings(max_examples=120)
@given(worlds())
def test_votes_and_basis(world: Naive) -> None:
    result = solved(world)
    listed = result.pairs()
    for unit, company, votes, basis in zip(
        listed.controller.tolist(),
        listed.controlled.tolist(),
        listed.votes.tolist(),
        listed.basis.tolist(),
        strict=True,
    ):
        exact = world.votes(unit, company)
        if exact is not None and exact < 9:
            assert abs(Fraction(votes, PPB) - exact) <= Fraction(1, 2 * PPB)
        name = result.basis_names[basis]
        mine = set(world.units[unit])
        declared = sorted(code for upper, lower, code in world.bases if upper in mine and lower == company)
        own = sum(v for h, v in world.held[company].items() if h in mine)
        if name in NAMES:
            assert name == NAMES[declared[0]]
        else:
            assert name == "direct" or not declared
            assert (name != "joint") or own > 0


@settings(max_examples=120)
@given(worlds())
def test_immediate_links_are_the_lowest_and_give_all_control(world: Naive) -> None:
    result = solved(world)
    links = set(zip(result.immediate.controller.tolist(), result.immediate.controlled.tolist(), strict=True))
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(world.units)
    graph.add_edges_from(links)
    expected = world.pairs()
    assert links <= set(expected)
    if not any(c & world.members for c in world.control.values()):
        for unit in set(world.units) - world.members:
            reached = nx.descendants(graph, unit) & set(range(world.n))
            assert reached - world.units[unit] == world.control[unit]
    for unit, company in links:
        mine = set(world.units[unit])
        if world.declared(mine, company) or world.suffices(mine, company, world.own_holders(company)):
            continue
        between = {
            z
            for z in world.control[unit]
            if company in world.control[z] and unit not in world.control[z] and z not in world.control[company]
        }
        assert not between or unit >= world.n
    for unit in set(world.units) - world.members:
        for company in world.control[unit]:
            mine = set(world.units[unit])
            if unit < world.n and world.declared(mine, company):
                assert (unit, company) in links


@settings(max_examples=120)
@given(worlds())
def test_groups_are_heads_with_all_they_control(world: Naive) -> None:
    if any(c & world.members for c in world.control.values()) or len(world.members) < sum(map(len, world.families)):
        return  # families whose members are themselves controlled, or overlap, have no plain heads
    groups = control_groups(solved(world))
    found = [(frozenset(groups.heads(k).tolist()), frozenset(groups.members(k).tolist())) for k in range(len(groups))]
    assert len(found) == len(set(found))
    assert set(found) == world.groups()
    assert groups.first_heads.tolist() == [min(heads) for heads, _ in found]


def test_figures_outside_the_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="outside 0"):
        control(stakes_of([(0, 1, PPB + 1)]), 2)
    with pytest.raises(ValueError, match="ordinal outside"):
        control(stakes_of([(0, 2, PPB)]), 2)


def with_all_open(world: Naive, controller: int, company: int) -> Naive:
    """The same where all that is not disclosed of a company is the controller's, of a family its first member's."""
    rest = PPB - sum(max(votes, 0) for _, owned, votes in world.stakes if owned == company)
    holder = min(world.units[controller])
    return replace(world, stakes=[*world.stakes, (holder, company, max(rest, 0))])


@settings(max_examples=300)
@given(worlds(), st.data())
def test_the_undisclosed_closes_a_gap_just_where_control_follows_with_it(world: Naive, data: st.DataObject) -> None:
    controller = data.draw(st.sampled_from(sorted(set(world.units) - world.members)))
    company = data.draw(st.integers(0, world.n - 1))
    result = solved(world)
    if company in world.units[controller] or result.controls(controller, company):
        return
    gap = result.gap(controller, company)
    assert gap.closes == solved(with_all_open(world, controller, company)).controls(controller, company)
    assert gap.undisclosed > 0 or not gap.closes


@pytest.mark.parametrize(
    ("votes", "own", "sense", "closes"),
    [
        ((26, 39), "reduce", "more_than", True),
        ((25, 40), "reduce", "more_than", False),
        ((25, 40), "reduce", "at_least", True),
        ((26, 39), "ignore", "more_than", False),
    ],
)
def test_own_shares_are_left_out_of_what_is_not_disclosed_too(
    votes: tuple[int, int], own: OwnShares, sense: Sense, closes: bool
) -> None:
    """A has 26 of B, C 39, B itself 20 and 15 are open: A would have 41 of the 80 that are not B's own."""
    percent = PPB // 100
    rule = ControlRule(Threshold(PPB // 2, sense), own)
    held = [(0, 1, votes[0] * percent), (1, 1, 20 * percent), (2, 1, votes[1] * percent)]
    gap = control(stakes_of(held), 3, rule).gap(0, 1)
    assert gap.closes is closes
    if own == "reduce":
        assert (gap.votes, gap.undisclosed) == (votes[0] * PPB // 80, 15 * PPB // 80)


def test_a_cycle_that_hangs_together_by_a_joint_link_keeps_it() -> None:
    """1 controls 2 with 3 alone, and 4, which 2 controls by way of 6, suffices in 2 by itself: without the joint link 1
    would reach 3 only."""
    rows = [(2, 6, 6), (6, 1, 6), (6, 4, 6), (1, 3, 6), (1, 2, 2), (3, 2, 4)]
    owner, owned, votes = (np.asarray([row[k] for row in rows], dtype=np.int64) for k in range(3))
    result = control(Stakes(owner, owned, votes * (PPB // 10)), 7, bases=bases_of([(4, 2, 0)]))
    graph = nx.DiGraph(zip(result.immediate.controller.tolist(), result.immediate.controlled.tolist(), strict=True))
    for party in (1, 2, 4, 6):
        assert nx.descendants(graph, party) == {1, 2, 3, 4, 6} - {party}
        assert all(result.controls(party, other) for other in {1, 2, 3, 4, 6} - {party})


@pytest.mark.parametrize(
    ("stakes", "votes"),
    [
        ([(0, UNKNOWN, UNKNOWN), (0, UNKNOWN, UNKNOWN), (1, 7, 7)], 3),
        ([(0, 1, 6), (1, 5, 5)], 5),
        ([(0, 1, 3), (0, 1, 3), (1, 6, 6)], 4),
        ([(0, 1, 3), (0, 1, 3), (1, 2, 2)], 6),
        ([(0, UNKNOWN, UNKNOWN), (1, UNKNOWN, UNKNOWN), (1, 2, 2)], 8),
        ([(0, 8, 8), (0, 4, 4)], 12),
    ],
)
def test_nobody_may_hold_more_than_what_nobody_else_surely_holds(
    stakes: list[tuple[int, int, int]], votes: int
) -> None:
    """Holders with the lower and the upper end of each stake in company 2, tenths: what the first may hold of it."""
    ends = [[one[k] if one[k] == UNKNOWN else one[k] * (PPB // 10) for one in stakes] for k in (1, 2)]
    holder, low, high = (np.asarray(column, dtype=np.int64) for column in ([one[0] for one in stakes], *ends))
    given = Stakes(holder, np.full(holder.size, 2), np.full(holder.size, UNKNOWN), low, high)
    table = vote_table(given, 3, 3, "possible")
    assert dict(zip(table.holder.tolist(), table.votes.tolist(), strict=True))[0] == votes * (PPB // 10)
