"""Periods of months: read, their defaults, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from api.services.months import Period, last_day, month_of, period, read_month, told_month
from graph import times
from graph.errors import BadInput

TODAY = date(2025, 6, 30)


def asked(first: str | None = None, last: str | None = None, told: str | None = None) -> tuple[str, str]:
    found = period(first, last, read_month(told, "told"), TODAY)
    return told_month(found.first), told_month(found.last)


def test_a_period_ends_with_the_last_month_told_and_begins_with_its_january() -> None:
    assert asked(told="2024-09") == ("2024-01", "2024-09")
    assert asked() == ("2025-01", "2025-06")
    assert asked(told="2025-12") == ("2025-01", "2025-06")
    assert asked(last="2024-03", told="2024-09") == ("2024-01", "2024-03")
    assert asked("2023-11", told="2024-09") == ("2023-11", "2024-09")
    assert asked("2025-02", told="2024-09") == ("2025-02", "2025-02")
    assert asked("2019-01", told="2024-09") == ("2019-01", "2021-12")
    assert asked("2024-03", "2024-03") == ("2024-03", "2024-03")


@pytest.mark.parametrize(
    ("first", "last", "said", "field"),
    [
        ("2024-13", None, "write a month such as 2024-03", "from"),
        (None, "march", "write a month such as 2024-03", "to"),
        (None, "2024-3", "write a month such as 2024-03", "to"),
        ("2024-05", "2024-04", "from is 2024-05, after to, 2024-04; give the earlier month first", "from"),
        (None, "2025-07", "to is 2025-07, after 2025-06-30; give a month up to 2025-06", "to"),
        ("2026-01", None, "from is 2026-01, after 2025-06-30", "from"),
        ("2021-01", "2024-01", "37 months are asked for; give at most 36", "from"),
        ("0000-01", None, "write a month", "from"),
    ],
)
def test_what_is_no_period_is_refused(first: str | None, last: str | None, said: str, field: str) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        asked(first, last, "2025-06")
    assert refused.value.field == field


def test_months_have_last_days_and_years() -> None:
    february = month_of(date(2024, 2, 1))
    assert last_day(february) == times.to_day(date(2024, 2, 29))
    assert last_day(month_of(date(2023, 12, 5))) == times.to_day(date(2023, 12, 31))
    assert Period(month_of(date(2023, 12, 1)), february).years == [2023, 2024]
    assert len(Period(february, february)) == 1
