"""The strength of ties as `algorithms/rules/ties.yaml` says it."""

from __future__ import annotations

from typing import get_args

import pytest

from api.services.related_rules import Kind
from api.services.ties import read_tie_rules, tie_rules
from graph import times
from graph.errors import BadInput


@pytest.mark.parametrize(
    ("days_ago", "strength"),
    [(0, 700_000_000), (730, 700_000_000), (731, 630_000_000), (1825, 630_000_000), (1826, 560_000_000)],
)
def test_a_tie_weakens_with_the_days(days_ago: int, strength: int) -> None:
    assert tie_rules().strength("REFERRED", days_ago) == strength


def test_a_tie_without_a_day_counts_as_old() -> None:
    assert tie_rules().strength("REFERRED", None) == tie_rules().strength("REFERRED", 10**6)


def test_each_further_tie_closes_a_part_of_what_the_strongest_lacks() -> None:
    assert tie_rules().together([400_000_000]) == 400_000_000
    assert tie_rules().together([100_000_000, 400_000_000]) == 550_000_000
    assert tie_rules().together([10**9, 1]) == 10**9


def test_every_kind_but_a_managers_is_a_link_between_parties() -> None:
    assert set(tie_rules().kinds) - {"MANAGED_BY"} <= set(get_args(Kind))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "ties.yaml is empty"),
        ("- 1", "holds no strengths"),
        ("version: 1\nkinds: [", "line 2: this is no valid YAML"),
        ("version: 1\nkinds:\n  KIN_OF: {strength: 1.5, because: kin}", "line 3: kinds.KIN_OF.strength is '1.5'"),
        ("version: 1\nkinds: {}\nrecency: []\nolder: 0.5", "frequency is missing"),
    ],
)
def test_a_broken_file_is_told_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read_tie_rules(text, "ties.yaml")


def test_strengths_are_told_by_the_first_day_that_has_them() -> None:
    told = tie_rules().by_first_day(20_000)["REFERRED"]
    assert told == [[19_270, 700_000_000], [18_175, 630_000_000], [times.SINCE_EVER, 560_000_000]]
