"""The score table: what is refused and where, and the arithmetic of one customer by hand."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from api.services.grading import _graded
from api.services.grading_answer import GradingSection
from api.services.grading_rules import GradingFile, grading_rules, read_grading
from graph import times
from graph.errors import BadInput

TABLE = """version: 1
currency: CNY
person:
  deposits:
    bands:
      - {at_least: 100, points: 5}
      - {at_least: 100.01, points: 10}
  revenue:
    unknown: 2
    bands:
      - {at_least: 0, points: 1}
      - {at_least: 10, points: 20}
  products:
    bands: [{at_least: 2, points: 7}]
  years:
    bands: [{at_least: 1, points: 3}]
company:
  contribution:
    bands: [{at_least: 1, points: 1}]
grades:
  - {grade: A, at_least: 20}
  - {grade: B, at_least: 0}
"""


def table() -> GradingFile:
    return read_grading(TABLE, "own.yaml")


def graded(figures: list[dict[str, Any]], since: date | None = date(2023, 7, 1), **row: Any) -> GradingSection:
    view: Any = SimpleNamespace(as_of=date(2025, 6, 30))
    names = ("deposits", "loans", "assets_managed", "bank_revenue", "contribution")
    told = [{"year": 2025, "currency": "CNY", **dict.fromkeys(names), **one} for one in figures]
    start = times.to_day(since) if since else None
    asked = {"kind": "person", "customer": True, "products": 1, "since": start, "figures": told, **row}
    return _graded(view, asked, table())


def test_the_shipped_table_is_sound() -> None:
    found = grading_rules().rules
    assert [one.grade for one in found.grades] == list("ABCDE")
    assert found.bands("person", "deposits")[0].at_least == 10_000_00


def test_points_add_up_to_a_grade() -> None:
    found = graded([{"deposits": [100_01, 100_01, 100_00], "bank_revenue": [400, 600]}], products=2)
    assert [(one.measure, one.points, one.at_least, one.months, one.count) for one in found.items] == [
        ("deposits", 5, "100.00", 3, None),
        ("revenue", 20, "10.00", 2, None),
        ("products", 7, "2", None, 2),
        ("years", 3, "1", None, 1),
    ]
    assert (found.points, found.most_points, found.grade) == (35, 40, "A")
    assert found.items[0].text == (
        "CNY 300.02 in 3 months up to 2025-03, on average CNY 100.00; at least 100.00: 5 points"
    )


def test_a_mean_reaches_a_band_exactly_or_not() -> None:
    assert graded([{"deposits": [100_01, 100_01]}]).items[0].points == 10
    assert graded([{"deposits": [100_00, 100_01]}]).items[0].points == 5
    assert graded([{"deposits": [100_00, 99_99]}]).items[0].points == 0
    assert graded([{"bank_revenue": [0]}]).items[1].points == 1
    assert graded([{"bank_revenue": [-1]}]).items[1].points == 0


def test_unknown_is_told_and_is_not_zero() -> None:
    found = graded([], since=None)
    assert [(one.measure, one.known, one.points) for one in found.items] == [
        ("deposits", False, 0),
        ("revenue", False, 2),
        ("products", True, 0),
        ("years", False, 0),
    ]
    foreign = graded([{"deposits": [500_00], "currency": "USD"}]).items[0]
    assert (foreign.known, foreign.text) == (False, "unknown: told in USD alone: 0 points")


def test_only_the_last_twelve_months_count_and_only_one_currency() -> None:
    rows: list[dict[str, Any]] = [
        {"year": 2024, "bank_revenue": [100_00] * 12},
        {"bank_revenue": [1, 1]},
        {"currency": "USD", "bank_revenue": [7]},
    ]
    line = graded(rows).items[1]
    assert line.total
    assert (line.total.amount, line.months) == ("1000.02", 12)
    assert "what is told in USD is not counted" in line.text


def test_who_is_no_customer_is_not_graded() -> None:
    assert graded([], customer=False).grade is None
    assert graded([], kind=None).empty


@pytest.mark.parametrize(
    ("old", "new", "said", "field"),
    [
        (
            "{at_least: 100.01, points: 10}",
            "{at_least: 100, points: 10}",
            "own.yaml, line 5: person.deposits.bands",
            None,
        ),
        ("points: 10}", "points: 4}", "order bands so that both grow", None),
        ("points: 20}", "points: twenty}", "line 12: person.revenue.bands.1.points is 'twenty'", None),
        ("at_least: 100.01", "at_least: 100.015", "more digits than it can have", None),
        ("  deposits:", "  deposit:", "line 4: person.deposit", None),
        ("{grade: B, at_least: 0}", "{grade: B, at_least: 1}", "let it begin with 0", "grades"),
        ("{grade: B, at_least: 0}", "{grade: B, at_least: 30}", "give the highest grade first", "grades"),
        ("{grade: B, at_least: 0}", "{grade: A, at_least: 0}", "a grade is given twice", "grades"),
        ("currency: CNY", "currency: yuan", "give an ISO 4217 code such as CNY", "currency"),
        ("version: 1", "version: 2", "version", "version"),
        ("company:", "firm:", "is missing|is not known here", None),
    ],
)
def test_what_cannot_be_a_score_table_is_refused(old: str, new: str, said: str, field: str | None) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        read_grading(TABLE.replace(old, new, 1), "own.yaml")
    assert field in (None, refused.value.field)


def test_an_empty_file_or_a_list_is_refused() -> None:
    for text in ("", "- 1\n"):
        with pytest.raises(BadInput, match=r"own\.yaml"):
            read_grading(text, "own.yaml")
