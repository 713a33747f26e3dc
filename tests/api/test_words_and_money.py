"""Amounts and links in words are exact, and what is unknown stays unknown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.services.answers import money
from api.services.export import votes_text
from api.services.words import bought_before, label_of, percent, sentence
from viz.sentences import SENTENCES


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (123, "CNY", "1.23"),
        (123, "JPY", "123"),
        (1234, "KWD", "1.234"),
        (-5, "CNY", "-0.05"),
        (0, "CNY", "0.00"),
        (2**62, "CNY", "46116860184273879.04"),
        (7, None, "0.07"),
    ],
)
def test_minor_units_are_told_exactly(minor: int, currency: str | None, amount: str) -> None:
    told = money(minor, currency)
    assert told is not None
    assert told.amount == amount


def test_an_unknown_amount_is_not_zero() -> None:
    assert money(None, "CNY") is None
    assert "unknown" in label_of("GUARANTEES", {"amount": None, "currency": "CNY"})


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0.5, "50%"), (0.51, "51%"), (1 / 3, "33.3333333%"), (0.0, "0%"), (1.0, "100%"), (0.07, "7%")],
)
def test_percents_have_the_digits_they_need(fraction: float, text: str) -> None:
    assert percent(fraction) == text


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ({"share": 0.6}, "60%"),
        ({"share": None, "share_min": 0.45, "share_max": 0.55}, "45% to 55%"),
        ({"share": None, "share_min": 0.25}, "25% to 100%"),
        ({"share": 0.0}, "0%"),
        ({}, "share unknown 未知"),
    ],
)
def test_holdings_in_words(link: dict[str, Any], text: str) -> None:
    assert label_of("OWNS", link) == text


def test_a_purchase_before_its_referral_is_told_in_both_languages() -> None:
    english = "bought on {day}, before the referral: the purchase earns nothing"
    assert bought_before(date(2025, 1, 10)) == english.format(day="2025-01-10")
    assert "{day}" in dict(SENTENCES)[english]


def test_sentences_read_from_start_to_end() -> None:
    assert sentence("CONTROLLED_BY", {"votes": 0.51, "basis": "direct"}, "B", "A") == "A controls B (51% direct)"
    assert sentence("GUARANTEES", {"status": "flagged"}, "A", "B").endswith("[flagged]")
    assert sentence("CONTROLS", {"basis": None}, "A", "B") == "A is declared to control B"


@pytest.mark.parametrize(("ppb", "text"), [(510_000_000, "0.51"), (10**9, "1"), (0, "0"), (1, "0.000000001")])
def test_votes_are_exported_exactly(ppb: int, text: str) -> None:
    assert votes_text(ppb) == text


def test_a_dependence_tells_the_part_of_the_whole_beyond_one() -> None:
    told = {"criterion": "guarantee", "weight": 1.0, "part_amount": 500_000_00, "whole_amount": 200_000_00}
    assert sentence("DEPENDS_ON", told, "K2", "K3") == "K2 depends on K3 (guarantee 250%)"
    stated = {"criterion": "receipts", "weight": 0.6}
    for unknown in ({}, {"part_amount": 1}, {"part_amount": 1, "whole_amount": 0}):
        assert sentence("DEPENDS_ON", stated | unknown, "D", "B") == "D depends on B (receipts 60%)"
