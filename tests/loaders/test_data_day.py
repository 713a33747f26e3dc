"""The day of data that rows do not state."""

from __future__ import annotations

from datetime import date

from graph import times
from loaders.plan import data_day_of
from loaders.report import LoadOptions

FIRST, LAST = "Pacific/Kiritimati", "Etc/GMT+12"
"""Zones that never share a day: they are 26 hours apart."""


def test_it_is_today_where_the_bank_is_unless_it_is_given() -> None:
    assert data_day_of(LoadOptions(), FIRST) > data_day_of(LoadOptions(), LAST)
    given = LoadOptions(data_date=date(2024, 2, 29))
    assert data_day_of(given, FIRST) == data_day_of(given, LAST) == times.to_day(date(2024, 2, 29))
