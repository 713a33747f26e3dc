"""What the sources cover, in words: parts of totals, in both languages, and as a table."""

from __future__ import annotations

import re

from api.services.coverage import Covered, frame, gaps, share, thawed, told
from api.services.coverage_phrases import PHRASES

FIELD = re.compile(r"\{(\w+)\}")
RECEIPTS = Covered(topic="receipts", missing=38, total=100)


def test_a_gap_says_how_much_and_what_follows() -> None:
    assert told(RECEIPTS, "en") == (
        "neither yearly receipts nor payments received known for 38% of companies (38 of 100): dependence by receipts "
        "not assessed"
    )
    assert told(RECEIPTS, "zh") == "38%的企业（100家中的38家）既无年度收入亦无收款数据：未按收入评估经济依存"
    rates = Covered(topic="rates", missing=2, total=3, names=["CHF", "USD"])
    assert told(rates, "en") == "no rate known for CHF and USD: amounts in these are unknown"
    capital = Covered(topic="capital_figures", missing=1, total=3, last="2024-12-31", names=["tier_1"])
    assert told(capital, "zh") == "2024-12-31的一级资本未知：以其为基数的限额无法判定"


def test_parts_are_rounded_down_but_never_to_nothing() -> None:
    assert [share(*pair) for pair in ((0, 9), (1, 1000), (999, 1000), (9, 9), (0, 0))] == [
        "0%",
        "<1%",
        "99%",
        "100%",
        "0%",
    ]


def test_what_nothing_is_missing_of_is_no_gap() -> None:
    items = [Covered(topic="owners", missing=0, total=9, text="a"), Covered(topic="no_capital", text="b")]
    assert gaps(items) == ["b"]


def test_a_table_has_a_row_for_each_name() -> None:
    rows = frame([RECEIPTS, Covered(topic="rates", missing=2, total=3, names=["CHF", "USD"])]).rows()
    assert rows == [
        ("receipts", 38, 100, None, None),
        ("rates", 2, 3, "CHF", None),
        ("rates", 2, 3, "USD", None),
    ]


def test_a_table_tells_what_it_was_made_of() -> None:
    items = [
        RECEIPTS,
        Covered(topic="payments", total=24, first="2023-01", last="2024-12"),
        Covered(topic="rates", missing=2, total=3, names=["CHF", "USD"]),
        Covered(topic="capital_figures", missing=1, total=3, last="2024-12-31", names=["tier_1"]),
        Covered(topic="no_capital"),
    ]
    assert thawed(frame(items)) == items
    assert thawed(frame([])) == []


def test_both_languages_name_the_same() -> None:
    fields = {name: [set(FIELD.findall(text)) for text in pair] for name, pair in PHRASES.items()}
    assert {name: pair for name, pair in fields.items() if pair[0] != pair[1]} == {}
