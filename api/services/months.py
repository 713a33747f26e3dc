"""Calendar months: read, told, and the period that figures are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from graph import times
from graph.errors import BadInput

MONTHS = 12
MOST = 36
"""Months of a period."""
_TEXT = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def month_of(day: date) -> int:
    """The number of a day's month: twelve times the year, and the month from 0."""
    return day.year * MONTHS + day.month - 1


def told_month(number: int) -> str:
    """A month as `YYYY-MM`."""
    return f"{number // MONTHS:04d}-{number % MONTHS + 1:02d}"


def last_day(number: int) -> int:
    """The last day of a month, whole days since 1970-01-01."""
    following = number + 1
    return times.to_day(date(following // MONTHS, following % MONTHS + 1, 1) - timedelta(days=1))


@dataclass(frozen=True)
class Period:
    """Whole months, both ends included."""

    first: int
    last: int

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.last + 1))

    def __len__(self) -> int:
        return self.last + 1 - self.first

    @property
    def years(self) -> list[int]:
        """The calendar years that it touches."""
        return list(range(self.first // MONTHS, self.last // MONTHS + 1))


def read_month(text: str | None, field: str) -> int | None:
    """The number of a month written `YYYY-MM`. Raises BadInput."""
    if text is None:
        return None
    found = _TEXT.fullmatch(text.strip())
    if not found or found[1] == "0000":
        raise BadInput(f"{field} is {text[:40]!r}; write a month such as 2024-03.", field=field, value=text[:40])
    return int(found[1]) * MONTHS + int(found[2]) - 1


def period(first: str | None, last: str | None, told: int | None, today: date) -> Period:
    """The period asked for. By default it ends with the last month that is told, and begins with that year's January.

    told: the last month of which figures are known; None for none. Raises BadInput for what is no month, months out of
    order, a month to come, and more than `MOST` months.
    """
    begins, ends = read_month(first, "from"), read_month(last, "to")
    now = month_of(today)
    for name, number in (("from", begins), ("to", ends)):
        if number is not None and number > now:
            raise BadInput(
                f"{name} is {told_month(number)}, after {today}; give a month up to {told_month(now)}.", field=name
            )
    if ends is None:
        ends = min(now, now if told is None else told)
        if begins is not None:
            ends = max(begins, min(ends, begins + MOST - 1))
    if begins is None:
        begins = ends - ends % MONTHS
    if begins > ends:
        raise BadInput(
            f"from is {told_month(begins)}, after to, {told_month(ends)}; give the earlier month first.", field="from"
        )
    if ends - begins >= MOST:
        raise BadInput(f"{ends - begins + 1} months are asked for; give at most {MOST}.", field="from")
    return Period(begins, ends)


def by_month(years: pl.LazyFrame, amount: str) -> pl.LazyFrame:
    """party, currency, month, amount: a row for each month that a list of a year tells. years: party, year, currency,
    and the list, January first."""
    told = years.select("party", "year", "currency", amount=amount).filter(pl.col("amount").list.len() > 0)
    place = pl.int_ranges(pl.col("amount").list.len(), dtype=pl.Int64)
    rows = told.with_columns(place=place).explode("amount", "place")
    return rows.select("party", "currency", "amount", month=pl.col("year") * MONTHS + pl.col("place"))
