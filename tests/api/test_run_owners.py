"""Beneficial owners as a table of a run: under several rule sets, with fall-back and what nobody is known to own."""

from __future__ import annotations

import polars as pl
import pytest

from algorithms.threshold import PPB
from api.services.rule_sets import rule_set
from api.services.run_owners import OWNERS, OwnersFound, find_owners
from tests.api.worlds import Held, World, rows_of, world

SETS = [rule_set(name).rules for name in ("cn-bo", "eu-amlr", "eu-amld")]
MANAGED = [
    {"person": "q", "company": "B", "post": "director"},
    {"person": "r", "company": "B", "post": "legal_representative"},
    {"person": "q", "company": "B", "post": "chairman"},
]


def found(one: World, managers: list[dict[str, str]] | None = None) -> OwnersFound:
    return find_owners(one.given, one.risk(key_managers=managers or []), one.control, SETS)


def passing(table: pl.DataFrame, company: str) -> dict[str, dict[str, str]]:
    """By rule set the persons that pass, with the measures."""
    told: dict[str, dict[str, str]] = {one.id: {} for one in SETS}
    for person, rules, passes in rows_of(table.filter(company_id=company), "person_id", "rules", "passes"):
        if person and passes:
            told[rules][person] = passes
    return told


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (  # 2.2
            [("p", "A", 50), ("A", "B", 50)],
            {"cn-bo": {"p": "integrated"}, "eu-amlr": {"p": "integrated control_weighted"}, "eu-amld": {}},
        ),
        (  # 2.3
            [("p", "A", 51), ("A", "B", 51)],
            {
                "cn-bo": {"p": "integrated control"},
                "eu-amlr": {"p": "integrated control control_weighted interest_in_controller"},
                "eu-amld": {"p": "integrated control control_weighted"},
            },
        ),
        (  # 2.6
            [("p", "A", 30), ("A", "B", 60)],
            {"cn-bo": {}, "eu-amlr": {"p": "interest_in_controller"}, "eu-amld": {}},
        ),
    ],
)
def test_the_worked_examples_pass_as_told(held: list[Held], expected: dict[str, dict[str, str]]) -> None:
    assert passing(found(world("A B p q r", held)).table, "B") == expected


def test_the_company_through_which_a_person_passes_is_told() -> None:
    table = found(world("A B p", [("p", "A", 30), ("A", "B", 60)])).table
    through = rows_of(table.filter(company_id="B", rules="eu-amlr"), "person_id", "through_id")
    assert through == [("p", "A")]


def test_where_nobody_passes_the_managers_stand_in_the_legal_representative_first() -> None:
    table = found(world("B p q r", [("p", "B", 12)]), MANAGED).table
    assert list(table.schema) == list(OWNERS)
    told = rows_of(table.filter(company_id="B", rules="cn-bo"), "person_id", "integrated", "passes")
    assert told == [("q", None, "senior_manager"), ("r", None, "senior_manager")]
    (rest,) = rows_of(table.filter(passes="not_disclosed"), "company_id", "person_id", "rules", "integrated")
    assert rest == ("B", None, None, 88 * PPB // 100)


def test_parts_in_closed_sets_are_told_apart_from_undisclosed_ones() -> None:
    held: list[Held] = [
        ("A", "B", 60),
        ("C", "B", 40),
        ("B", "A", 100),
        ("B", "C", 100),
        ("p", "D", 30),
        ("A", "D", 20),
    ]
    table = found(world("A B C D p", held)).table.filter(company_id="D")
    told = dict(rows_of(table.filter(pl.col("person_id").is_null()), "passes", "integrated"))
    assert told == {"not_computed": PPB // 5, "not_disclosed": PPB // 2}


def test_votes_count_like_shares_and_of_a_band_the_lower_end() -> None:
    more_votes = world("B p q", [("p", "B", 20), ("q", "B", 80)], votes=[30, 70])
    assert passing(found(more_votes).table, "B")["cn-bo"] == {"p": "integrated", "q": "integrated control"}
    banded = found(world("B p", [], band=[("p", "B", 20)])).table
    assert passing(banded, "B")["cn-bo"] == {}
    assert rows_of(banded.filter(passes="not_disclosed"), "integrated") == [(80 * PPB // 100,)]


def test_companies_of_which_nothing_is_told_have_no_row() -> None:
    table = found(world("B X p", [("p", "B", 60)])).table
    assert set(table["company_id"]) == {"B"}


def test_without_an_owner_rule_set_nothing_is_worked_out() -> None:
    one = world("B p", [("p", "B", 60)])
    none = find_owners(one.given, one.risk(), one.control, [rule_set("basel-lex").rules])
    assert (none.table.height, none.warnings) == (0, ())
