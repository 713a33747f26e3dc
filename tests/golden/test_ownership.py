"""The worked examples of integrated ownership and beneficial owners, DOMAIN.md 2, each under its number."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from algorithms.close_links import CAPITAL, CONTROL, VOTES, close_links
from algorithms.company_owners import CompanyOwners, OwnerCases, Reason, company_owners
from algorithms.control import control
from algorithms.owner_rules import Interests, OwnerRule
from algorithms.owners import FALLBACK, NOBODY, NOT_DISCLOSED, beneficial_owners, bit, export_rows
from algorithms.ownership import Ownership, ownership_of
from algorithms.ownership_exact import exact_ownership
from algorithms.ownership_network import shareholdings
from algorithms.threshold import PPB, UNKNOWN, Threshold
from algorithms.votes import Stakes
from api.services.rule_sets import rule_set
from api.services.run_owners import owner_rules

A, B, C, D, P, Q = range(6)
N = 6

QUARTER = PPB // 4
CHINA = OwnerRule("cn-bo", Threshold(QUARTER, "at_least"), ("integrated", "control"))
EU_2027 = OwnerRule(
    "eu-amlr",
    Threshold(QUARTER, "at_least"),
    ("integrated", "control", "control_weighted", "interest_in_controller"),
)
EU_BEFORE = OwnerRule("eu-amld", Threshold(QUARTER, "more_than"), ("integrated", "control"))
RULES = (CHINA, EU_2027, EU_BEFORE)

Rows = list[tuple[int, int, str]]


def share(fraction: str) -> int:
    """A decimal fraction as parts per billion."""
    return int(Fraction(fraction) * PPB)


def stakes(rows: Rows) -> Stakes:
    owner, owned, held = ([row[k] for row in rows] for k in range(3))
    return Stakes(
        np.asarray(owner, dtype=np.int64),
        np.asarray(owned, dtype=np.int64),
        np.asarray([UNKNOWN if figure == "?" else share(str(figure)) for figure in held], dtype=np.int64),
    )


def integrated(rows: Rows) -> Ownership:
    held = stakes(rows)
    return ownership_of(shareholdings(held.owner, held.owned, held.votes, N))


def exact(rows: Rows, owner: int, owned: int) -> Fraction:
    return exact_ownership(integrated(rows).holdings, owner, owned)


def owners(rows: Rows, company: int, managers: tuple[int, ...] = ()) -> CompanyOwners:
    """The owners of one company, the same whether looked up in all or worked out alone. P and Q are persons."""
    held = stakes(rows)
    interests = Interests(
        held.owner,
        held.owned,
        held.votes,
        np.arange(N) >= P,
        managed=np.full(len(managers), company),
        manager=np.asarray(managers, dtype=np.int64),
    )
    controlled = control(held, N)
    found = company_owners(beneficial_owners(interests, controlled, RULES), controlled, company)
    alone = OwnerCases(interests, held).owners_of(company, RULES)
    assert alone == found
    return found


def passed(found: CompanyOwners) -> dict[str, dict[int, set[str]]]:
    """By rule, who passes by which measures."""
    return {
        rule.id: {
            owner.person: {reason.measure for reason in owner.reasons[rule.id]}
            for owner in found.owners
            if rule.id in owner.reasons
        }
        for rule in RULES
    }


def test_2_1_integrated_ownership_in_a_cycle() -> None:
    rows: Rows = [(A, B, ".4"), (B, C, ".3"), (C, B, ".2")]
    result = integrated(rows)
    assert result.of(A, B) == pytest.approx(0.425532, abs=5e-7)
    assert result.of(A, C) == pytest.approx(0.127660, abs=5e-7)
    assert result.of(B, C) == pytest.approx(0.3, abs=1e-12)
    assert result.of(B, B) == pytest.approx(0.06, abs=1e-12)
    assert exact(rows, A, B) == Fraction(40, 94)
    assert exact(rows, A, C) == Fraction(12, 94)
    assert exact(rows, B, C) == Fraction(3, 10)
    assert exact(rows, B, B) == Fraction(6, 100)


def test_2_2_exactly_a_quarter() -> None:
    rows: Rows = [(P, A, ".5"), (A, B, ".5")]
    assert exact(rows, P, B) == Fraction(1, 4)
    found = owners(rows, B)
    assert passed(found) == {
        "cn-bo": {P: {"integrated"}},
        "eu-amlr": {P: {"integrated", "control_weighted"}},
        "eu-amld": {},
    }
    assert found.owners[0].reasons["cn-bo"] == (Reason("integrated", share(".25"), "share"),)
    assert found.undisclosed == share(".75")


def test_2_2_by_the_rule_sets_that_are_shipped() -> None:
    shipped = [rule_set(one).rules for one in ("cn-bo", "eu-amlr", "eu-amld")]
    held = stakes([(P, A, ".5"), (A, B, ".5")])
    interests = Interests(held.owner, held.owned, held.votes, np.arange(N) >= P)
    (owner,) = OwnerCases(interests, held).owners_of(B, owner_rules(shipped)).owners
    assert (owner.person, sorted(owner.reasons)) == (P, ["cn-bo", "eu-amlr"])
    _, amlr, amld = shipped
    assert (amlr.since, amld.until) == (date(2027, 7, 10), date(2027, 7, 10))


def test_2_3_by_control() -> None:
    found = owners([(P, A, ".51"), (A, B, ".51")], B)
    (owner,) = found.owners
    assert owner.integrated == {"share": share(".2601")}
    assert owner.controls
    assert all({"integrated", "control"} <= by[P] for by in passed(found).values()), "both are said"
    assert owner.reasons["cn-bo"] == (Reason("integrated", share(".2601"), "share"), Reason("control", share(".51")))


def test_2_4_mixed_chains_54_a() -> None:
    rows: Rows = [(P, A, ".51"), (A, B, ".30"), (P, B, ".10")]
    found = owners(rows, B)
    (owner,) = found.owners
    assert owner.integrated == {"share": share(".253")}
    assert owner.weighted == {"share": share(".40")}
    assert not owner.controls
    assert owner.reasons["eu-amlr"] == (
        Reason("integrated", share(".253"), "share"),
        Reason("control_weighted", share(".40"), "share"),
    )
    assert exact_ownership(integrated(rows).holdings, P, B, {A}) == Fraction(4, 10)


def test_2_5_closed_set() -> None:
    result = integrated([(A, B, ".6"), (C, B, ".4"), (B, A, "1"), (B, C, "1"), (P, D, ".3"), (A, D, ".2")])
    assert result.closed.tolist() == [A, B, C]
    assert result.of(P, D) == pytest.approx(0.3, abs=1e-12)
    assert not np.isin(result.owned, [A, B, C]).any()
    assert result.stuck[D] == pytest.approx(0.2)
    assert result.undisclosed[D] == pytest.approx(0.5)


def test_2_5_closed_allows_one_part_per_billion_a_stake() -> None:
    rows: Rows = [(A, B, ".599999999"), (C, B, ".399999999"), (B, A, "1"), (B, C, ".999999999")]
    assert integrated(rows).closed.tolist() == [A, B, C]
    rows[0] = (A, B, ".599999998")
    assert integrated(rows).closed.tolist() == []


def test_2_6_mixed_chains_54_b() -> None:
    found = owners([(P, A, ".30"), (A, B, ".60")], B)
    assert passed(found) == {"cn-bo": {}, "eu-amlr": {P: {"interest_in_controller"}}, "eu-amld": {}}
    (owner,) = found.owners
    assert owner.integrated == owner.weighted == {"share": share(".18")}
    assert owner.reasons["eu-amlr"] == (Reason("interest_in_controller", share(".30"), "share", through=A),)


def test_2_7_own_shares() -> None:
    rows: Rows = [(P, B, ".45"), (B, B, ".15")]
    assert integrated(rows).of(P, B) == pytest.approx(0.529412, abs=5e-7)
    assert exact(rows, P, B) == Fraction(45, 85)
    found = owners(rows, B)
    assert found.owners[0].integrated == found.owners[0].weighted == {"share": 529411765}


def test_2_fall_back_and_what_is_not_disclosed() -> None:
    found = owners([(P, B, ".12"), (Q, B, ".2"), (A, B, ".5"), (A, A, "?")], B, managers=(Q, P))
    assert found.owners == ()
    assert found.managers == {rule.id: (Q, P) for rule in RULES}
    assert found.undisclosed == share(".68")
    assert found.warnings == ("stakes without a known figure (share), for which nothing was counted: 1",)
    disclosed = owners([(P, B, ".42"), (Q, B, ".4")], B)
    assert disclosed.undisclosed == share(".18")
    assert disclosed.managers == {}


def test_2_votes_count_like_shares() -> None:
    held = stakes([(P, B, ".2"), (Q, B, ".8")])
    votes = np.asarray([share(".3"), share(".7")])
    interests = Interests(held.owner, held.owned, held.votes, np.arange(N) >= P, votes=votes)
    cases = OwnerCases(interests, Stakes(held.owner, held.owned, votes))
    owner = cases.owners_of(B, RULES).owners[0]
    assert owner.person == P
    assert owner.integrated == {"share": share(".2"), "votes": share(".3")}
    assert owner.reasons["cn-bo"] == (Reason("integrated", share(".3"), "votes"),)


def test_2_export_has_a_row_for_each_pair_and_rule() -> None:
    held = stakes([(P, A, ".30"), (A, B, ".60")])
    interests = Interests(
        held.owner, held.owned, held.votes, np.arange(N) >= P, managed=np.asarray([B]), manager=np.asarray([Q])
    )
    rows = export_rows(beneficial_owners(interests, control(held, N), RULES))
    of_b = rows["company_id"] == B
    table = list(zip(*(rows[name][of_b].tolist() for name in list(rows)[1:]), strict=True))
    none = UNKNOWN
    assert table == [
        (NOBODY, share(".82"), none, 0, NOBODY, NOT_DISCLOSED),
        (P, share(".18"), share(".18"), 0, 0, 0),
        (Q, none, none, 0, 0, FALLBACK),
        (P, share(".18"), share(".18"), 0, 1, bit("interest_in_controller")),
        (P, share(".18"), share(".18"), 0, 2, 0),
        (Q, none, none, 0, 2, FALLBACK),
    ]


def test_2_close_links_add_up_what_is_held_by_way_of_control() -> None:
    held = stakes([(P, A, ".51"), (A, B, ".12"), (P, B, ".08"), (Q, B, ".19"), (A, C, ".51")])
    links = close_links(held.owner, held.owned, held.votes, control(held, N))
    both = CAPITAL | VOTES
    columns = (links.holder, links.held, links.capital, links.votes, links.by)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == [
        (A, C, share(".51"), share(".51"), both | CONTROL),
        (P, A, share(".51"), share(".51"), both | CONTROL),
        (P, B, share(".20"), share(".20"), both),
        (P, C, share(".51"), share(".51"), both | CONTROL),
    ]
    assert links.groups.members(0).tolist() == [A, C, P]
