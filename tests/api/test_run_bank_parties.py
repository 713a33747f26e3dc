"""The bank's own related parties: categories of the shipped rule set, each derived from those above it."""

from __future__ import annotations

from datetime import date
from typing import Any

from algorithms.threshold import PPB
from api.services.rule_sets import rule_set
from api.services.run_bank_parties import BankPartiesFound, find_bank_parties
from api.services.run_compute import compute_found
from api.services.run_results import EarlierGroups
from tests.api.worlds import Held, World, no_households, rows_of, world

SETS = [rule_set("cn-related-party").rules]
NONE_BEFORE = EarlierGroups({}, frozenset())
BANK = {"party": "BANK", "bank_role": "self"}


def found(one: World, **tables: list[dict[str, Any]]) -> BankPartiesFound:
    return find_bank_parties(one.given, one.risk(**tables), one.control, SETS)


def told(one: BankPartiesFound) -> dict[tuple[str, str], tuple[str | None, str, int | None]]:
    rows = rows_of(one.table, "party_id", "category", "of_id", "detail", "share")
    return {(party, category): (of, detail, share) for party, category, of, detail, share in rows}


def test_holders_are_counted_with_all_that_they_control_and_exactly_5_percent_suffices() -> None:
    held: list[Held] = [("H", "BANK", 5), ("S", "BANK", 4.999), ("T", "U", 60), ("U", "BANK", 3), ("T", "BANK", 2.5)]
    one = found(world("BANK H S T U", held), institutions=[BANK])
    holders = {party: row for (party, category), row in told(one).items() if category == "holders"}
    assert holders == {"H": ("BANK", "capital", PPB // 20), "T": ("BANK", "capital", 55 * PPB // 1000)}
    assert told(one)["U", "controlled"] == ("T", "", None)
    assert set(one.table["article"]) == {"Art. 6 (2) and 7 (2)", "Art. 7 (3) and 7 (5)"}


def test_votes_make_a_holder_like_capital() -> None:
    one = world("BANK H", [("H", "BANK", 4)], votes=[6])
    assert told(found(one, institutions=[BANK]))["H", "holders"] == ("BANK", "votes", 6 * PPB // 100)


def test_who_controls_the_bank_and_what_the_bank_controls() -> None:
    one = world("BANK M N SUB", [("M", "N", 80), ("N", "BANK", 60), ("BANK", "SUB", 90)])
    rows = told(found(one, institutions=[BANK]))
    assert rows["M", "controllers"] == rows["N", "controllers"] == ("BANK", "", None)
    assert rows["SUB", "subsidiaries"] == ("BANK", "", None)
    assert not any(party == "BANK" for party, _ in rows)


def test_insiders_come_from_their_mark_and_from_posts_at_the_bank_with_close_kin_and_companies() -> None:
    one = world("BANK SHOP TEA a b c d e", [("a", "SHOP", 60), ("c", "TEA", 51)])
    rows = told(
        found(
            one,
            institutions=[BANK, {"party": "a", "bank_role": "insider"}],
            key_managers=[{"person": "b", "company": "BANK", "post": "director"}],
            kin=[
                {"person": "c", "relative": "a", "relation": "parent"},
                {"person": "b", "relative": "d", "relation": "parent"},
                {"person": "e", "relative": "a", "relation": "in_law"},
            ],
        )
    )
    assert rows == {
        ("a", "insiders"): ("BANK", "insider", None),
        ("b", "insiders"): ("BANK", "director", None),
        ("c", "close-kin"): ("a", "parent", None),
        ("d", "close-kin"): ("b", "child", None),
        ("SHOP", "controlled"): ("a", "", None),
        ("TEA", "controlled"): ("c", "", None),
    }


def test_without_the_bank_insiders_are_still_found_and_the_gap_is_said() -> None:
    one = world("SHOP a", [("a", "SHOP", 60)])
    rows = found(one, institutions=[{"party": "a", "bank_role": "insider"}])
    assert told(rows) == {("a", "insiders"): (None, "insider", None), ("SHOP", "controlled"): ("a", "", None)}
    assert "no party is marked as the bank itself" in rows.warnings[0]


def limits_of(one: World, **tables: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Amount, base, limit and state by what is tested, groups by their parties, and test."""
    lent = one.risk(**tables)
    lived = no_households(one.given, lent)
    got = compute_found(one.given, lent, one.control, NONE_BEFORE, NONE_BEFORE, lived, SETS, date(2025, 1, 1))
    rows = rows_of(
        got.tables["exposures"], "group_id", "test", "amount_minor", "base_minor", "limit", "state", "unknown"
    )
    members = {
        group_id: "".join(one.names[party] for party in got.groups.members(at).tolist())
        for at, group_id in enumerate(got.group_ids)
    }
    return {(members.get(subject, subject), test): tuple(figures) for subject, test, *figures in rows}


def lent(**owed: int) -> dict[str, list[dict[str, Any]]]:
    """One contract, all of it drawn, for each debtor; debtors of one contract are joined by `_`."""
    debtors = list(owed)
    return {
        "facilities": [
            {"facility_id": f"F-{who}", "limit_amount": much, "drawn_amount": much} for who, much in owed.items()
        ],
        "borrowers": [{"facility": at, "party": one} for at, who in enumerate(debtors) for one in who.split("_")],
    }


CAPITAL = [{"net_capital": 1_000, "net_tier_1": 700, "tier_1": 700}]


def test_one_related_party_its_group_and_all_together_against_net_capital() -> None:
    """By hand, net capital 1,000. H holds 5% of the bank and controls T; a is an insider; N is nobody.

    H owes 90 and T 60: each at most 10% (H 9% is a warning from 8% on), their group 150 is exactly 15% (a warning), all
    with a's 10 and the 7 that a and N owe together are 167 of 500. N, and the group of N and O, are not tested.
    """
    one = world("BANK H N O T a", [("H", "BANK", 5), ("H", "T", 60), ("N", "O", 60)])
    told = limits_of(
        one,
        institutions=[BANK, {"party": "a", "bank_role": "insider"}],
        capital=CAPITAL,
        **lent(H=90, T=60, a=10, N=400, a_N=7),
    )
    assert told == {
        ("H", "single"): (90, 1_000, PPB // 10, "warning", 0),
        ("T", "single"): (60, 1_000, PPB // 10, "within", 0),
        ("a", "single"): (17, 1_000, PPB // 10, "within", 0),
        ("HT", "group"): (150, 1_000, 15 * PPB // 100, "warning", 0),
        ("", "all"): (167, 1_000, PPB // 2, "within", 0),
    }


def test_limits_of_related_parties_are_breached_by_more_and_undecided_without_capital() -> None:
    one = world("BANK H T", [("H", "BANK", 5), ("H", "T", 60)])
    told = limits_of(one, institutions=[BANK], capital=CAPITAL, **lent(H=101, T=400))
    assert {subject: figures[3] for subject, figures in told.items()} == {
        ("H", "single"): "breach",
        ("T", "single"): "breach",
        ("HT", "group"): "breach",
        ("", "all"): "breach",
    }
    assert limits_of(one, institutions=[BANK], capital=CAPITAL, **lent(T=500))["", "all"][3] == "warning"
    without = limits_of(one, institutions=[BANK], **lent(H=101))
    assert without["", "all"] == (101, None, PPB // 2, "undecided", 0)


def test_margins_and_deposits_are_deducted_and_what_several_owe_jointly_counts_once() -> None:
    one = world("BANK H T", [("H", "BANK", 5), ("H", "T", 60)])
    owed = lent(H_T=100)
    securities = [{"facility": 0, "kind": "own_deposit", "value": 30}]
    told = limits_of(one, institutions=[BANK], capital=CAPITAL, securities=securities, **owed)
    assert {subject: figures[0] for subject, figures in told.items()} == {
        ("H", "single"): 70,
        ("T", "single"): 70,
        ("HT", "group"): 70,
        ("", "all"): 70,
    }


def test_nobody_related_is_no_test() -> None:
    one = world("BANK H", [("H", "BANK", 4)])
    assert limits_of(one, institutions=[BANK], capital=CAPITAL, **lent(H=500)) == {}
