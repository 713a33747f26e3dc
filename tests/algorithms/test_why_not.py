"""Why two parties are not one group: each kind of near pair."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from algorithms.connected import connected_groups
from algorithms.connections import ConnectRule, Dependence, plain_parties
from algorithms.control import control
from algorithms.threshold import PPB
from algorithms.votes import Stakes
from algorithms.why_not import Miss, why_not
from tests.algorithms.test_connected import links
from tests.algorithms.test_control import column

A, B, X, D, E, S = range(6)
NONE = links([], [])
HELD_4_1 = {(A, B): 60, (X, D): 60, (D, E): 60}


def misses(
    held: dict[tuple[int, int], int],
    dependence: Dependence,
    a: int,
    b: int,
    rule: ConnectRule | None = None,
    sovereign: int = -1,
    bank: int = -1,
    reporting_banks: tuple[int, ...] = (),
) -> list[Miss]:
    owner, owned = (column([pair[side] for pair in held]) for side in (0, 1))
    stakes = Stakes(owner, owned, column(list(held.values())) * (PPB // 100))
    numbers = np.arange(6)
    parties = replace(
        plain_parties(6), sovereign=numbers == sovereign, bank=numbers == bank, reporting_banks=reporting_banks
    )
    settled, rule = control(stakes, 6), rule or ConnectRule()
    connected = connected_groups(settled, dependence, parties, rule)
    return list(why_not(settled, dependence, parties, rule, connected, a, b))


def test_votes_short_of_control() -> None:
    (miss,) = misses({(A, B): 48}, NONE, B, A)
    assert (miss.kind, miss.parties) == ("votes", (A, B))
    assert miss.gap is not None
    assert (miss.gap.votes, miss.gap.short) == (48 * PPB // 100, 2 * PPB // 100)


def test_votes_of_the_head_of_the_group_are_near_too() -> None:
    (miss,) = misses({(A, B): 48, (A, E): 60}, NONE, E, B)
    assert (miss.kind, miss.parties) == ("votes", (A, B))
    (miss,) = misses({(A, B): 48, (B, E): 60}, NONE, A, E)
    assert (miss.kind, miss.parties) == ("votes", (A, B))


def test_the_controller_of_a_dependent_does_not_depend_itself() -> None:
    found = misses(HELD_4_1, links([D], [B]), A, X)
    assert found == [
        Miss("one_way", (X, D), dependence=(0,)),
        Miss("separate_groups", (D, E), (0, 1)),
    ]
    assert misses(HELD_4_1, links([D], [B]), A, E) == []
    assert [miss.kind for miss in misses(HELD_4_1, links([D], [B], firm=False), X, B)] == ["one_way"]


def test_flagged_links_only() -> None:
    assert misses(HELD_4_1, links([D], [B], firm=False), A, E) == [Miss("flagged_only", groups=(0,))]


def test_an_exempt_sovereign_above_both() -> None:
    held = {(S, X): 100, (S, B): 80}
    assert misses(held, NONE, X, B, sovereign=S) == [Miss("sovereign", (S,))]
    alternative = ConnectRule(sovereign="alternative")
    kinds = [miss.kind for miss in misses(held, NONE, X, B, alternative, sovereign=S)]
    assert kinds == ["sovereign", "separate_groups"]
    assert misses(held, NONE, X, B, ConnectRule(sovereign="connects"), sovereign=S) == []


def test_dependence_that_the_rule_does_not_count() -> None:
    one = links([D], [B])
    assert misses({}, one, B, D, ConnectRule(banks_depend=False), bank=B) == [Miss("bank_rule", dependence=(0,))]
    assert misses({}, one, B, D, ConnectRule(dependence=False)) == [Miss("dependence_off", dependence=(0,))]
    lent = links([D, B], [A, A])
    assert misses({}, lent, B, D, reporting_banks=(A,)) == [Miss("reporting_bank", (A,), dependence=(0, 1))]


def test_a_fan_makes_overlapping_groups() -> None:
    assert misses({}, links([D, D], [A, B]), A, B) == [Miss("separate_groups", (D,), (0, 1))]


def test_one_party_twice_or_none_is_refused() -> None:
    with pytest.raises(ValueError, match="a and b are the same party, 1"):
        misses({}, NONE, 1, 1)
    with pytest.raises(ValueError, match="a and b holds a party ordinal outside"):
        misses({}, NONE, 1, 6)
