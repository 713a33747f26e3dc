"""Why a party is in a group: the steps against the definition, with their links alone and with one link fewer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings

from algorithms.connected import Connected, connected_groups
from algorithms.connections import ConnectRule, plain_parties
from algorithms.control import control
from algorithms.threshold import PPB, UNKNOWN
from algorithms.votes import Stakes
from algorithms.why import Explainer, Why
from tests.algorithms.naive_connected import NaiveConnected
from tests.algorithms.naive_control import Naive
from tests.algorithms.test_connected import clients, columns_of, links, stakes_of
from tests.algorithms.test_control import solved

Link = tuple[str, int, int]
"""("stake", holder, company), ("basis", row, 0) or ("dependence", row, 0)."""


def plain(case: NaiveConnected) -> NaiveConnected:
    """The case with one stake a pair, and own shares ignored."""
    votes: dict[tuple[int, int], int] = {}
    for owner, owned, figure in case.world.stakes:
        if figure != UNKNOWN and figure and owner != owned:
            votes[owner, owned] = votes.get((owner, owned), 0) + figure
    stakes = [(*pair, min(figure, PPB)) for pair, figure in votes.items()]
    rule = replace(case.world.rule, own_shares="ignore")
    world = Naive(case.world.n, stakes, rule, case.world.bases, case.world.families)
    return replace(case, world=world, by_kin={})


def all_links(case: NaiveConnected) -> list[Link]:
    stakes = [("stake", owner, owned) for owner, owned, _ in case.world.stakes]
    bases = [("basis", row, 0) for row in range(len(case.world.bases))]
    return stakes + bases + [("dependence", row, 0) for row in range(len(case.dependence))]


def only(case: NaiveConnected, kept: Iterable[Link]) -> NaiveConnected:
    """The case with some of its links."""
    links = set(kept)
    stakes = [row for row in case.world.stakes if ("stake", row[0], row[1]) in links]
    bases = [row for place, row in enumerate(case.world.bases) if ("basis", place, 0) in links]
    dependence = [row for place, row in enumerate(case.dependence) if ("dependence", place, 0) in links]
    world = Naive(case.world.n, stakes, case.world.rule, bases, case.world.families)
    return replace(case, world=world, dependence=dependence, by_kin={})


def reaches(case: NaiveConnected, start: int, party: int) -> bool:
    """Whether a head alone brings the party in."""
    if case.rule.sovereign == "alternative" and start in case.sovereign:
        return any(party in case.closure(entity, firm=False) for entity in case.entities(start, firm=False))
    units = case.world.units[start] | case._controlled(start)
    return party in case.closure(units, firm=False)


def links_of(found: Why) -> list[Link]:
    out: list[Link] = []
    for step in found.steps:
        out += [("stake", holding.holder, step.target) for holding in step.holdings]
        if step.basis >= 0:
            out.append(("basis", step.basis, 0))
        if step.dependence >= 0:
            out.append(("dependence", step.dependence, 0))
    return out


def explained(case: NaiveConnected) -> tuple[Connected, Explainer]:
    columns = columns_of(case)
    held = solved(case.world)
    result = connected_groups(held, columns.dependence, columns.parties, case.rule, columns.kin)
    return result, Explainer(held, columns.dependence, columns.parties, case.rule, result.arcs, columns.kin)


@settings(max_examples=60, deadline=None)
@given(clients())
def test_the_links_suffice_and_none_can_be_left_out(drawn: NaiveConnected) -> None:
    case = plain(drawn)
    result, explainer = explained(case)
    groups = result.potential
    for group in range(len(groups)):
        heads = set(groups.heads(group).tolist())
        for party in groups.members(group).tolist():
            found = explainer.why(groups, group, party)
            if not found.steps:
                assert party in heads
                continue
            used = links_of(found)
            assert len(set(used)) <= found.n_links == len(used)
            assert found.at_least <= len(set(used))
            if any(step.kind == "family" for step in found.steps):
                continue  # a family counts as one where it controls something, which takes further links
            assert reaches(only(case, used), found.start, party)
            if len(set(used)) == len(used) and case.rule.kin == "off":
                for link in used:
                    assert not reaches(only(case, set(used) - {link}), found.start, party)


@settings(max_examples=60, deadline=None)
@given(clients())
def test_no_smaller_set_suffices_than_the_bound(drawn: NaiveConnected) -> None:
    case = plain(drawn)
    every = all_links(case)
    assume(len(every) <= 9 and not case.world.families and case.rule.kin == "off")
    result, explainer = explained(case)
    groups = result.potential
    for group in range(len(groups)):
        heads = set(groups.heads(group).tolist())
        for party in groups.members(group).tolist():
            found = explainer.why(groups, group, party)
            for kept in combinations(every, max(found.at_least - 1, 0)):
                smaller = only(case, kept)
                assert not found.steps or not any(reaches(smaller, head, party) for head in heads - {party})


@settings(max_examples=60, deadline=None)
@given(clients())
def test_further_routes_end_in_every_other_arc_that_the_head_reaches_without_the_party(drawn: NaiveConnected) -> None:
    result, explainer = explained(drawn)
    groups, arcs, n = result.potential, result.arcs, drawn.world.n
    ends = list(zip(arcs.source.tolist(), arcs.target.tolist(), arcs.kind.tolist(), strict=True))
    for group in range(len(groups)):
        members, heads = set(groups.members(group).tolist()), set(groups.heads(group).tolist())
        for party in sorted(members):
            inside = [(a, b, kind) for a, b, kind in ends if a in members or a >= n]
            apart = nx.DiGraph((a, b) for a, b, _ in inside if party not in (a, b))
            apart.add_nodes_from(range(arcs.n_nodes))
            starts = [node for node in apart if explainer._is_head(node, heads - {party})]
            reached = set(starts).union(*(nx.descendants(apart, node) for node in starts))
            entries = {(kind, a) for a, b, kind in inside if b == party and a in reached}
            told = explainer.further(groups, group, party, most=100)
            assert len(told) == max(len(entries) - 1, 0)
            assert all(route.steps[-1].target == party for route in told)


def test_further_routes_are_capped_and_told_in_order() -> None:
    result, explainer = case_of(stakes_of([0, 0, 0], [1, 2, 3]), 5, (4, 1), (4, 2), (4, 3))
    assert explainer.why(result.firm, 0, 4).steps[-1].source == 1
    assert [route.steps[0].source for route in explainer.further(result.firm, 0, 4)] == [2, 3]
    assert len(explainer.further(result.firm, 0, 4, most=1)) == 1
    assert explainer.further(result.firm, 0, 0) == ()
    with pytest.raises(ValueError, match="party 4 is not in group 0"):
        case_of(stakes_of([0], [1]), 5)[1].further(case_of(stakes_of([0], [1]), 5)[0].firm, 0, 4)


def case_of(
    stakes: Stakes, n: int, *rows: tuple[int, int], rule: ConnectRule | None = None
) -> tuple[Connected, Explainer]:
    dependence = links([row[0] for row in rows], [row[1] for row in rows])
    held, rule = control(stakes, n), rule or ConnectRule()
    result = connected_groups(held, dependence, plain_parties(n), rule)
    return result, Explainer(held, dependence, plain_parties(n), rule, result.arcs)


def test_a_chain_of_control_and_dependence_is_told_step_by_step() -> None:
    result, explainer = case_of(stakes_of([0, 2, 3], [1, 3, 4]), 5, (3, 1))
    found = explainer.why(result.firm, 0, 4)
    told = [(step.kind, step.source, step.target) for step in found.steps]
    assert told == [("control", 0, 1), ("dependence", 1, 3), ("control", 3, 4)]
    assert (found.n_links, found.at_least, found.shortest, found.firm) == (3, 3, True, True)
    assert [(one.holder, one.votes) for one in found.steps[0].holdings] == [(0, 600_000_000)]


def test_joint_control_takes_the_fewest_holders() -> None:
    """A holds .1 of Z and controls B (.2 of Z), C (.3) and D (.25): C, D suffice with no more."""
    columns = [0, 0, 0, 0, 1, 2, 3], [1, 2, 3, 4, 4, 4, 4], [60, 60, 60, 10, 20, 30, 25]
    owner, owned, percent = (np.asarray(column, dtype=np.int64) for column in columns)
    result, explainer = case_of(Stakes(owner, owned, percent * (PPB // 100)), 5)
    found = explainer.why(result.firm, 0, 4)
    assert [step.target for step in found.steps] == [2, 3, 4]
    assert [one.holder for one in found.steps[-1].holdings] == [2, 3]
    assert (found.n_links, found.start) == (4, 0)


def test_holders_that_reach_just_half_do_not_suffice() -> None:
    """A holds .2 of Z and controls B (.3), which controls C (.01): .5 is no majority, .51 is."""
    columns = [0, 0, 1, 1, 2], [1, 3, 2, 3, 3], [60, 20, 60, 30, 1]
    owner, owned, percent = (np.asarray(column, dtype=np.int64) for column in columns)
    result, explainer = case_of(Stakes(owner, owned, percent * (PPB // 100)), 4)
    found = explainer.why(result.firm, 0, 3)
    assert [one.holder for one in found.steps[-1].holdings] == [1, 0, 2]
    assert (found.n_links, found.at_least, found.shortest) == (5, 5, True)


@pytest.mark.parametrize("n", [300, pytest.param(50_000, marks=pytest.mark.long)])
def test_in_a_ring_each_is_explained_from_the_one_before(n: int) -> None:
    ring = np.arange(n)
    result, explainer = case_of(stakes_of(ring, (ring + 1) % n), n)
    found = explainer.why(result.firm, 0, 7)
    assert [(step.source, step.target) for step in found.steps] == [(6, 7)]
    assert found.shortest


def test_a_party_outside_is_refused() -> None:
    result, explainer = case_of(stakes_of([0], [1]), 3)
    assert explainer.why(result.firm, 0, 0).steps == ()
    with pytest.raises(ValueError, match="party 2 is not in group 0"):
        explainer.why(result.firm, 0, 2)
