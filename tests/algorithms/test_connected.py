"""Groups of connected clients against their definition taken literally, and on degenerate shapes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.connected import CONNECTOR, FIRM, Connected, ConnectedGroups, connected_groups
from algorithms.connections import ConnectRule, Dependence, Parties, plain_parties
from algorithms.control import control
from algorithms.kin import Kin
from algorithms.votes import Stakes
from tests.algorithms.naive_connected import NaiveConnected
from tests.algorithms.naive_control import Naive
from tests.algorithms.test_control import column, solved, worlds

MOST = 600_000_000


def links(dependent: npt.ArrayLike, provider: npt.ArrayLike, firm: bool = True) -> Dependence:
    one, two = np.broadcast_arrays(np.asarray(dependent, dtype=np.int64), np.asarray(provider, dtype=np.int64))
    return Dependence(one.copy(), two.copy(), np.full(one.size, firm))


@st.composite
def clients(draw: st.DrawFn) -> NaiveConnected:
    world = draw(worlds())
    party = st.integers(0, world.n - 1)
    some = st.frozensets(party, max_size=2)
    controlled = set().union(*world.control.values()) | world.members
    rule = ConnectRule(
        draw(st.booleans()),
        draw(st.sampled_from([True, True, False])),
        draw(st.booleans()),
        draw(st.sampled_from(["no_connection", "alternative", "connects"])),
        draw(st.sampled_from(["off", "firm_with_main_investor"])),
    )
    sovereign = draw(some) - controlled
    return NaiveConnected(
        world,
        draw(st.lists(st.tuples(party, party, st.booleans()), max_size=7)),
        rule,
        draw(st.frozensets(party)),
        sovereign,
        draw(some),
        draw(some) - sovereign,
        draw(st.lists(st.tuples(party, party), max_size=4)),
        tuple(draw(st.lists(party, max_size=2))),
    )


@dataclass(frozen=True)
class Columns:
    """A case as the columns of the algorithm."""

    dependence: Dependence
    parties: Parties
    kin: Kin


def columns_of(case: NaiveConnected) -> Columns:
    n = case.world.n

    def flags(parties: frozenset[int]) -> npt.NDArray[np.bool_]:
        return np.isin(np.arange(n), sorted(parties))

    dependent, provider, firm = ([row[k] for row in case.dependence] for k in range(3))
    parties = Parties(
        flags(case.exposed), flags(case.sovereign), flags(case.bank), flags(case.main), case.reporting_banks
    )
    one, two = ([pair[k] for pair in case.kin] for k in range(2))
    kin = Kin(column(one), column(two), np.ones(len(one), dtype=np.bool_), np.zeros(len(one), dtype=np.int64))
    return Columns(Dependence(column(dependent), column(provider), np.asarray(firm, dtype=np.bool_)), parties, kin)


def found(case: NaiveConnected) -> Connected:
    columns = columns_of(case)
    return connected_groups(solved(case.world), columns.dependence, columns.parties, case.rule, columns.kin)


def sets(groups: ConnectedGroups) -> list[frozenset[int]]:
    return [frozenset(groups.members(k).tolist()) for k in range(len(groups))]


def plain_families(world: Naive) -> bool:
    """Families whose members are controlled, or overlap, are no plain units."""
    controlled = set().union(*world.control.values()) & world.members
    return not controlled and len(world.members) == sum(len(set(family)) for family in world.families)


@settings(max_examples=120, deadline=None)
@given(clients())
def test_groups_are_those_of_the_definition(case: NaiveConnected) -> None:
    result = found(case)
    for groups, firm in ((result.firm, True), (result.potential, False)):
        assert len(set(sets(groups))) == len(groups)
        assert set(sets(groups)) == case.groups(firm)
        assert not groups.stopped


@settings(max_examples=100, deadline=None)
@given(clients())
def test_heads_roles_and_statuses(case: NaiveConnected) -> None:
    result = found(case)
    groups = result.potential
    firm = sets(result.firm)
    lowest = [int(groups.heads(k)[0]) for k in range(len(groups))]
    assert lowest == sorted(lowest)
    for k, members in enumerate(sets(groups)):
        span = groups.span(k)
        connectors = frozenset(groups.party[span][groups.role[span] == CONNECTOR].tolist())
        assert connectors == case.connectors(members)
        assert groups.counted[k] == len(members & case.exposed)
        core = frozenset[int]() if result.core[k] < 0 else firm[result.core[k]]
        assert core <= members
        assert frozenset(groups.party[span][groups.status[span] == FIRM].tolist()) == core
        if case.rule.sovereign != "alternative" and not case.world.families:
            for head in groups.heads(k).tolist():
                assert case.closure(frozenset({head}), firm=False) | case._with_all(head) <= members
                assert case.closure(frozenset({head}) | case._controlled(head), firm=False) == members


def stakes_of(owner: npt.ArrayLike, owned: npt.ArrayLike) -> Stakes:
    one, two = np.broadcast_arrays(np.asarray(owner, dtype=np.int64), np.asarray(owned, dtype=np.int64))
    return Stakes(one.copy(), two.copy(), np.full(one.size, MOST))


def sizes(n: int, dependence: Dependence, stakes: Stakes | None = None, **rest: int) -> ConnectedGroups:
    held = stakes or stakes_of([], [])
    return connected_groups(control(held, n), dependence, plain_parties(n), **rest).firm  # type: ignore[arg-type]


@pytest.mark.parametrize("n", [500, pytest.param(50_000, marks=pytest.mark.long)])
def test_ring_of_dependence(n: int) -> None:
    ring = np.arange(n)
    groups = sizes(n, links(ring, (ring + 1) % n))
    assert np.diff(groups.first).tolist() == [n]
    assert groups.heads(0).size == n


@pytest.mark.parametrize("n", [2000, pytest.param(200_000, marks=pytest.mark.long)])
def test_star_of_dependents(n: int) -> None:
    leaves = np.arange(1, n + 1)
    assert np.diff(sizes(n + 1, links(leaves, 0)).first).tolist() == [n + 1]
    fan = sizes(n + 1, links(0, leaves))
    assert np.diff(fan.first).tolist() == [2] * n


@pytest.mark.parametrize("n", [1000, pytest.param(100_000, marks=pytest.mark.long)])
def test_chain_of_dependence(n: int) -> None:
    chain = np.arange(n - 1)
    groups = sizes(n, links(chain + 1, chain))
    assert np.diff(groups.first).tolist() == [n]
    assert groups.heads(0).tolist() == [0]


def test_too_many_memberships_are_left_out_and_said() -> None:
    """A hundred heads, each with a dependent at the top of one long chain."""
    n = 1000
    chain, heads = np.arange(n - 1), np.arange(n, n + 100)
    both = links(np.concatenate((chain + 1, np.zeros(100))), np.concatenate((chain, heads)))
    whole = sizes(n + 100, both)
    assert (len(whole), whole.stopped) == (100, "")
    part = sizes(n + 100, both, most_memberships=10 * n + 10)
    assert len(part) == 10
    assert part.left_out.tolist() == heads[10:].tolist()
    assert part.stopped.startswith("groups not worked out")
    assert part.stopped.endswith(": 90")


def test_a_state_of_many_companies_under_the_alternative() -> None:
    n = 2000
    state = plain_parties(n + 1)
    state.sovereign[0] = True
    held = control(stakes_of(0, np.arange(1, n + 1)), n + 1)
    rule = ConnectRule(sovereign="alternative")
    result = connected_groups(held, links([5, 7], [4, 0]), state, rule)
    assert len(result.firm) == n - 1
    assert set(sets(result.firm)) == {frozenset({0, k}) for k in range(1, n + 1) if k not in (4, 5)} | {
        frozenset({0, 4, 5})
    }


def test_a_party_above_an_exempt_sovereign_is_connected_to_it_alone() -> None:
    parties = plain_parties(4)
    parties.sovereign[1] = True
    held = control(stakes_of([0, 1, 2], [1, 2, 3]), 4)
    assert sets(connected_groups(held, links([], []), parties).firm) == [frozenset({0, 1}), frozenset({2, 3})]
    alternative = connected_groups(held, links([], []), parties, ConnectRule(sovereign="alternative"))
    assert set(sets(alternative.firm)) == {frozenset({0, 1}), frozenset({1, 2, 3})}


def test_nothing_makes_no_group() -> None:
    empty = np.empty(0, dtype=np.int64)
    assert len(sizes(0, links(empty, empty))) == 0
    assert len(sizes(3, links([1, 1], [1, 1]))) == 0
    doubled = sizes(3, links(np.ones(600), np.zeros(600)))
    assert sets(doubled) == [frozenset({0, 1})]


def test_columns_that_do_not_fit_are_refused() -> None:
    held = control(stakes_of([], []), 3)
    with pytest.raises(ValueError, match=r"dependence\.provider holds a party ordinal outside"):
        connected_groups(held, links([1], [3]), plain_parties(3))
    with pytest.raises(ValueError, match=r"parties\.has_exposure has the shape \(2,\)"):
        connected_groups(held, links([1], [2]), plain_parties(2))
    with pytest.raises(ValueError, match=r"dependence\.firm has the shape"):
        connected_groups(held, Dependence(column([1]), column([2]), np.ones(2, dtype=np.bool_)), plain_parties(3))
    with pytest.raises(ValueError, match="most_memberships is 1 or more, not 0"):
        connected_groups(held, links([1], [2]), plain_parties(3), most_memberships=0)
    with pytest.raises(ValueError, match="sovereign is no_connection"):
        ConnectRule(sovereign="none")  # type: ignore[arg-type]
