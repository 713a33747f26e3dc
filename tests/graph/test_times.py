"""Days as numbers, and the sentinels of open ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from graph import times


@pytest.mark.parametrize("day", [date.min + timedelta(days=1), date(1970, 1, 1), date.max - timedelta(days=1)])
def test_days_come_back(day: date) -> None:
    assert times.from_day(times.to_day(day)) == day


@pytest.mark.parametrize("beyond", [0, 1, 10**6])
def test_open_ends_are_no_dates(beyond: int) -> None:
    assert times.from_day(times.SINCE_EVER - beyond) is None
    assert times.from_day(times.UNTIL_FURTHER + beyond) is None
