"""Rates as a terminal tells them."""

from __future__ import annotations

import pytest

from api.cli.totals import percent


@pytest.mark.parametrize(
    ("fraction", "told"),
    [
        ("0.052631578", "5.2%"),
        ("-0.052631578", "-5.2%"),
        ("0.999999999", "99.9%"),
        ("1.000000000", "100.0%"),
        ("-1.000000000", "-100.0%"),
        ("0.000000000", "0.0%"),
    ],
)
def test_a_fraction_is_told_in_percent_with_one_digit_the_rest_cut_off(fraction: str, told: str) -> None:
    assert percent(fraction) == told
