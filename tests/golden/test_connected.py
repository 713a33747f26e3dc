"""The worked examples of groups of connected clients, DOMAIN.md 4, each under its number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from algorithms.connected import ROLES, STATUSES, Connected, ConnectedGroups, connected_groups
from algorithms.connections import ConnectRule, Dependence, plain_parties
from algorithms.control import control
from algorithms.kin import Kin
from algorithms.threshold import PPB
from algorithms.votes import Stakes
from api.services.connection_basis import connect_rule
from api.services.rule_sets import rule_set

PARTIES = ("A", "B", "X", "D", "E", "C", "F", "P", "Q", "S", "X1", "Y")
ORDINAL = {name: place for place, name in enumerate(PARTIES)}
WHOLE = 1.0
EXAMPLE_4_1 = {("A", "B"): 0.6, ("X", "D"): 0.6, ("D", "E"): 0.6}


def stakes(held: dict[tuple[str, str], float]) -> Stakes:
    owner, owned = ([ORDINAL[pair[side]] for pair in held] for side in (0, 1))
    votes = [round(share * 1000) * (PPB // 1000) for share in held.values()]
    return Stakes(*(np.asarray(column, dtype=np.int64) for column in (owner, owned, votes)))


def depends(*links: str, firm: bool = True) -> Dependence:
    """Links written "D on B"."""
    ends = [link.split(" on ") for link in links]
    dependent, provider = (np.asarray([ORDINAL[pair[side]] for pair in ends], dtype=np.int64) for side in (0, 1))
    return Dependence(dependent, provider, np.full(len(ends), firm))


def solved(
    held: dict[tuple[str, str], float],
    links: Dependence,
    rule: ConnectRule | None = None,
    owing_nothing: str = "",
    sovereign: str = "",
    banks: str = "",
    main: str = "",
    kin: Kin | None = None,
    reporting_bank: str = "",
) -> Connected:
    def flags(names: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return np.isin(PARTIES, names.split())

    parties = replace(
        plain_parties(len(PARTIES)),
        has_exposure=~flags(owing_nothing),
        sovereign=flags(sovereign),
        bank=flags(banks),
        main_person=flags(main),
        reporting_banks=tuple(ORDINAL[name] for name in reporting_bank.split()),
    )
    return connected_groups(control(stakes(held), len(PARTIES)), links, parties, rule, kin)


def names(groups: ConnectedGroups) -> set[str]:
    """Each group as the names of its parties, with roles other than member and head and statuses other than firm."""
    out = set()
    for group in range(len(groups)):
        words = []
        for party, role, status in zip(
            groups.members(group).tolist(),
            groups.role[groups.span(group)].tolist(),
            groups.status[groups.span(group)].tolist(),
            strict=True,
        ):
            words.append(PARTIES[party] + (" connector" if ROLES[role] == "connector" else ""))
            words[-1] += " potential" if STATUSES[status] == "potential" else ""
        out.add(", ".join(words))
    assert len(out) == len(groups)
    return out


def test_4_1_dependent_joins_with_what_it_controls() -> None:
    groups = solved(EXAMPLE_4_1, depends("D on B")).firm
    assert names(groups) == {"A, B, D, E", "X, D, E"}
    assert [groups.heads(k).tolist() for k in range(2)] == [[ORDINAL["A"]], [ORDINAL["X"]]]


def test_4_2_its_controller_joins_when_it_depends_on_a_member_too() -> None:
    groups = solved(EXAMPLE_4_1, depends("D on B", "X on D")).firm
    assert names(groups) == {"A, B, X, D, E"}
    assert groups.heads(0).tolist() == [ORDINAL["A"]]


def test_4_3_dependence_chains_without_control() -> None:
    assert names(solved({}, depends("D on B", "E on D")).firm) == {"B, D, E"}


def test_4_4_a_common_funder_that_owes_nothing_is_a_connector() -> None:
    groups = solved({}, depends("B on F", "C on F"), owing_nothing="F").firm
    assert names(groups) == {"B, C, F connector"}
    assert groups.counted.tolist() == [2]
    assert groups.heads(0).tolist() == [ORDINAL["F"]]


def test_4_5_flagged_dependence_makes_potential_groups_only() -> None:
    found = solved(EXAMPLE_4_1, depends("D on B", firm=False))
    assert names(found.firm) == {"A, B", "X, D, E"}
    assert names(found.potential) == {"A, B, D potential, E potential", "X, D, E"}
    assert found.core.tolist() == [0, 1]
    counts = solved(EXAMPLE_4_1, depends("D on B", firm=False), ConnectRule(flagged_counts=True))
    assert names(counts.firm) == names(counts.potential) == {"A, B, D, E", "X, D, E"}


def test_4_6_fan() -> None:
    assert names(solved({}, depends("D on P", "D on Q")).firm) == {"D, P", "D, Q"}


def test_4_7_state() -> None:
    held = {("S", "X"): WHOLE, ("S", "Y"): 0.8, ("X", "X1"): 0.6}
    none = depends()
    assert names(solved(held, none, sovereign="S").firm) == {"X, X1"}
    assert names(solved(held, none, ConnectRule(sovereign="alternative"), sovereign="S").firm) == {"X, S, X1", "S, Y"}
    assert names(solved(held, none, ConnectRule(sovereign="connects"), sovereign="S").firm) == {"X, S, X1, Y"}


@pytest.mark.parametrize(
    ("rules", "groups"),
    [
        ("cn-large-exposure", {"X, X1"}),
        ("basel-lex", {"X, X1"}),
        ("hkma", {"X, X1"}),
        ("eu-crr", {"X, S, X1", "S, Y"}),
    ],
)
def test_4_7_by_the_rule_sets_that_are_shipped(rules: str, groups: set[str]) -> None:
    held = {("S", "X"): WHOLE, ("S", "Y"): 0.8, ("X", "X1"): 0.6}
    assert names(solved(held, depends(), connect_rule(rule_set(rules).rules), sovereign="S").firm) == groups


def test_4_8_fan_out() -> None:
    assert names(solved({}, depends("D on P", "E on P")).firm) == {"D, E, P"}


def test_4_china_bank_groups_form_by_control_only() -> None:
    rule = ConnectRule(banks_depend=False)
    assert names(solved({("P", "Q"): 0.6}, depends("P on B", "C on Q"), rule, banks="P Q").firm) == {"P, Q"}
    assert names(solved({}, depends("D on B", "E on P"), rule, banks="P").firm) == {"B, D"}


def test_4_kin_rule() -> None:
    """P (main investor) and kin Q control X jointly, P controls Y alone, Q controls E alone."""
    held = {("P", "X"): 0.3, ("Q", "X"): 0.3, ("P", "Y"): 0.6, ("Q", "E"): 0.6}
    one = np.ones(1, dtype=np.int64)
    brothers = Kin(one * ORDINAL["P"], one * ORDINAL["Q"], np.zeros(1, dtype=np.bool_), one * 2)
    kin_rule = ConnectRule(kin="firm_with_main_investor")
    found = solved(held, depends(), kin_rule, main="P", kin=brothers)
    assert names(found.firm) == {"X, P, Y", "E, Q"}
    assert names(found.potential) == {"X, E potential, P, Y", "E, Q"}
    assert names(solved(held, depends(), main="P", kin=brothers).potential) == {"P, Y", "E, Q"}
    cousins = replace(brothers, generations=one * 3)
    assert names(solved(held, depends(), kin_rule, main="P", kin=cousins).potential) == {"P, Y", "E, Q"}


def test_3_the_reporting_bank_as_lender_never_connects() -> None:
    assert names(solved({}, depends("B on F", "C on F"), reporting_bank="F").firm) == set()
