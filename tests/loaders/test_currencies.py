"""Amounts in major units as minor units, exactly, or not at all."""

from __future__ import annotations

import pytest

from loaders.currencies import minor_units


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1250.00", "CNY", 125_000),
        ("-7", "JPY", -7),
        ("0.005", "KWD", 5),
        ("1e3", "CNY", 100_000),
        ("0.005", "CNY", None),
        ("999999999999999.99", "CNY", 10**17 - 1),
        ("1000000000000000.00", "CNY", None),
        ("NaN", "CNY", None),
        ("sNaN", "CNY", None),
        ("-Infinity", "CNY", None),
        ("1e999999", "CNY", None),
        ("1e-999999", "CNY", None),
        ("much", "CNY", None),
        ("", "CNY", None),
    ],
)
def test_amounts_are_exact_or_none(text: str, currency: str, minor: int | None) -> None:
    assert minor_units(text, currency) == minor
