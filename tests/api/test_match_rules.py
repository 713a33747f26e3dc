"""The settings of matching: those shipped are valid, and what is wrong in a bank's own is named."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from api.services.match_rules import match_rules, read_match_rules, shipped_match_rules
from graph.errors import BadInput

PERSON = files("algorithms").joinpath("rules/matching/person.yaml").read_text(encoding="utf-8")


def test_the_shipped_settings_are_valid() -> None:
    for kind in ("person", "company"):
        assert match_rules(kind).kind == kind
    assert shipped_match_rules("person").columns()["name_reading"] is True


def test_a_bank_gives_its_own_file(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(PERSON.replace("join_at: 0.95", "join_at: 0.99"), encoding="utf-8")
    assert str(match_rules(str(own)).join_at) == "0.99"


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("join_at: 0.95", "join_at: 1.5", "line 16: join_at is '1.5'"),
        ("join_at: 0.95", "join_at: 0.4", "`ask_at` (0.5) is above `join_at` (0.4)"),
        ("kind: person", "kind: robot", "kind is 'robot'"),
        ("  - [email]\n  - [city", "  - [e_mail]\n  - [city", "`blocking` names 'e_mail'; it can name name, name_core"),
        (
            "    - [email]\n  found",
            "    - [phone]\n  found",
            "`expected.surely` names phone, of which a record may have",
        ),
        ("  - field: gender", "  - field: sex", "`comparisons` names 'sex', which is no field; fields are name"),
        ("  - field: gender", "  - field: name", "`comparisons` compares name twice"),
        ("test: shared, words: a telephone", "test: edits, most: 1, words: a", "phone is a phone, which can be tested"),
        ("test: edits, most: 2", "test: edits", "`most` belongs to `edits` and `days`, which need it"),
        ("at_least: 0.8, ", "", "`at_least` belongs to `similar`, which needs it"),
        ("exchanged, of: family_name", "exchanged, of: city", "`of` names 'city', which is no name"),
        ("field: birth_day, first: 7", "field: birth_day", "give either `first` or `against`"),
        ("unless: given_name", "unless: forename", "`unless` names 'forename', which is no field"),
        ("hub: 8", "hub: 8\nhubs: 8", "hubs is not known here"),
        ("seed: 20240331\n", "", "seed is missing"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(was: str, now: str, said: str) -> None:
    assert was in PERSON
    with pytest.raises(BadInput) as told:
        read_match_rules(PERSON.replace(was, now, 1), "own.yaml")
    assert str(told.value).startswith("own.yaml, line ")
    assert said in str(told.value)


def test_settings_that_are_none_are_told_with_the_way_out() -> None:
    with pytest.raises(BadInput, match=r"There are no settings 'persons': give person, company"):
        match_rules("persons")
