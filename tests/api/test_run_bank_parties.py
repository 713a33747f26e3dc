"""The bank's own related parties: categories of the shipped rule set, each derived from those above it."""

from __future__ import annotations

from typing import Any

from algorithms.threshold import PPB
from api.services.rule_sets import rule_set
from api.services.run_bank_parties import BankPartiesFound, find_bank_parties
from tests.api.worlds import Held, World, rows_of, world

SETS = [rule_set("cn-related-party").rules]
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
