"""The worked examples of control, DOMAIN.md 1, each under its number."""

from __future__ import annotations

import numpy as np

from algorithms.control import Control, control
from algorithms.groups import control_groups
from algorithms.threshold import PPB, UNKNOWN, Sense, Threshold
from algorithms.votes import Bases, ControlRule, OwnShares, Stakes
from api.services.run_input import RunInput
from api.services.run_members import memberships
from api.services.run_results import control_links

A, B, C, D = range(4)
P, Q = 0, 2


def share(fraction: str) -> int:
    """A decimal fraction of at most nine digits as parts per billion."""
    whole, _, digits = fraction.partition(".")
    return int(whole or 0) * PPB + int(digits.ljust(9, "0"))


def stakes(*rows: tuple[int, int, str]) -> Stakes:
    owner, owned, votes = ([row[k] for row in rows] for k in range(3))
    return Stakes(
        np.asarray(owner, dtype=np.int64),
        np.asarray(owned, dtype=np.int64),
        np.asarray([share(str(figure)) for figure in votes], dtype=np.int64),
    )


def rule(sense: Sense = "more_than", own_shares: OwnShares = "reduce", family_as_one: bool = False) -> ControlRule:
    return ControlRule(Threshold(share(".5"), sense), own_shares, family_as_one)


def table(result: Control) -> list[tuple[int, int, int, str]]:
    """(controller, controlled, votes, basis) of every pair."""
    pairs = result.pairs()
    columns = (pairs.controller, pairs.controlled, pairs.votes, pairs.basis)
    return [
        (upper, lower, votes, pairs.basis_names[basis])
        for upper, lower, votes, basis in zip(*(column.tolist() for column in columns), strict=True)
    ]


def groups(result: Control) -> list[tuple[list[int], list[int]]]:
    """(heads, parties) of every group."""
    found = control_groups(result)
    return [(found.heads(k).tolist(), found.members(k).tolist()) for k in range(len(found))]


def reasons(result: Control) -> dict[tuple[str, str], list[str]]:
    """Why each party is in each group, as kept; parties are called A, B, C, …"""
    names = [chr(ord("A") + ordinal) for ordinal in range(result.n_parties)]
    nobody = np.empty(0, dtype=np.int64)
    given = RunInput(names, nobody, nobody, stakes(), Bases(), (), rows=0, merged=0, unseen=0)
    found = control_groups(result)
    group_ids = [f"G-{place + 1}" for place in range(len(found))]
    members = memberships(given, found, group_ids, control_links(given, result))
    told = members.select("party_id", "group_id", "reasons").iter_rows()
    return {(party, group_id): reasons for party, group_id, reasons in told}


def test_1_1_joint() -> None:
    result = control(stakes((A, B, ".6"), (A, C, ".2"), (B, C, ".31")), 3)
    assert table(result) == [(A, B, share(".6"), "direct"), (A, C, share(".51"), "joint")]
    assert result.pairs().round.tolist() == [1, 2]
    assert groups(result) == [([A], [A, B, C])]


def test_1_2_edge() -> None:
    held = stakes((A, D, ".50"))
    assert table(control(held, 4, rule("more_than"))) == []
    assert table(control(held, 4, rule("at_least"))) == [(A, D, share(".5"), "direct")]


def test_1_3_cycle() -> None:
    result = control(stakes((A, B, ".51"), (B, A, ".51")), 2)
    assert table(result) == [(A, B, share(".51"), "direct"), (B, A, share(".51"), "direct")]
    assert groups(result) == [([A, B], [A, B])]
    assert reasons(result) == {
        ("A", "G-1"): ["head: controls 1 party in a circle with {B}, and nobody outside controls it"],
        ("B", "G-1"): ["head: controls 1 party in a circle with {A}, and nobody outside controls it"],
    }


def banded() -> Stakes:
    one = stakes((A, B, "0"))
    return Stakes(
        one.owner,
        one.owned,
        np.asarray([UNKNOWN]),
        np.asarray([share(".45")]),
        np.asarray([share(".55")]),
    )


def test_1_4_uncertain() -> None:
    assert table(control(banded(), 2)) == []
    assert table(control(banded(), 2, reading="possible")) == [(A, B, share(".55"), "direct")]


def test_1_4b_undisclosed() -> None:
    result = control(stakes((A, B, ".45"), (C, B, ".30")), 3)
    assert table(result) == []
    gap = result.gap(A, B)
    assert (gap.votes, gap.short, gap.undisclosed) == (share(".45"), share(".05"), share(".25"))
    assert gap.closes
    told_more = control(stakes((A, B, ".45"), (C, B, ".30"), (D, B, ".21")), 4).gap(A, B)
    assert (told_more.undisclosed, told_more.closes) == (share(".04"), False)


def test_1_5_family() -> None:
    held = stakes((P, B, ".3"), (Q, B, ".3"))
    together = control(held, 3, rule(family_as_one=True), families=[(P, Q)])
    couple = together.n_parties + 0
    assert table(together) == [(couple, B, share(".6"), "direct")]
    assert groups(together) == [([P, Q], [P, B, Q])]
    assert reasons(together) == {
        ("A", "G-1"): ["head: controls 1 party as one with {C}"],
        ("B", "G-1"): ["controlled by {A} (family) with 60% of the votes"],
        ("C", "G-1"): ["head: controls 1 party as one with {A}"],
    }
    assert table(control(held, 3, rule(family_as_one=False), families=[(P, Q)])) == []


def test_1_6_chain() -> None:
    result = control(stakes((A, B, ".4"), (B, C, ".6"), (A, C, ".3")), 3)
    assert table(result) == [(B, C, share(".6"), "direct")]


def test_1_7_basis_feeds_votes() -> None:
    one = np.asarray([0])
    declared = Bases(one + A, one + B, one, ("agreement",))
    result = control(stakes((B, C, ".30"), (A, C, ".25")), 3, bases=declared)
    assert table(result) == [(A, B, 0, "agreement"), (A, C, share(".55"), "joint")]


def test_1_8_own_shares() -> None:
    held = stakes((P, B, ".45"), (B, B, ".15"))
    assert table(control(held, 2, rule(own_shares="reduce"))) == [(P, B, 529411765, "direct")]
    assert table(control(held, 2, rule(own_shares="ignore"))) == []


def test_1_8_own_shares_held_through_a_subsidiary() -> None:
    held = stakes((P, B, ".45"), (B, C, "1"), (C, B, ".15"))
    assert table(control(held, 3, rule(own_shares="reduce"))) == [
        (P, B, 529411765, "direct"),
        (P, C, PPB, "indirect"),
        (B, C, PPB, "direct"),
    ]
    assert table(control(held, 3, rule(own_shares="ignore"))) == [(B, C, PPB, "direct")]


def test_1_9_two_holders_of_half() -> None:
    result = control(stakes((A, B, ".5"), (C, B, ".5")), 3, rule("at_least"))
    assert table(result) == [(A, B, share(".5"), "direct"), (C, B, share(".5"), "direct")]
    assert groups(result) == [([A], [A, B]), ([C], [B, C])]
    assert reasons(result) == {
        ("A", "G-1"): ["head: controls 1 party and nobody outside controls it"],
        ("B", "G-1"): ["controlled by {A} (direct) with 50% of the votes", "also controlled by {C}, head of G-2"],
        ("B", "G-2"): ["controlled by {C} (direct) with 50% of the votes", "also controlled by {A}, head of G-1"],
        ("C", "G-2"): ["head: controls 1 party and nobody outside controls it"],
    }
