"""What a party, household or group contributes to the bank: revenue, and what is left after funds-transfer pricing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from api.services.answers import Model
from api.services.measures import KEPT, Figure, Measure, Tally, of_month
from api.services.months import MONTHS, month_of, period, told_month
from graph.store import View

Unit = Literal["party", "household", "group"]
Rows = Sequence[Mapping[str, Any]]
"""Figures of one customer, a row a year."""


class Contribution(Model):
    """Of the customers among its visible members, each once: the calendar year up to the last month that is told."""

    of: Unit
    id: str
    first: str = Field(description="first month", examples=["2024-01"])
    last: str = Field(description="last month", examples=["2024-12"])
    customers: int
    revenue: Figure = Field(description="the bank's revenue")
    contribution: Figure = Field(description="contribution after funds-transfer pricing")


def last_told(customers: Sequence[Rows], now: int, measures: Sequence[Measure] = tuple(KEPT)) -> int | None:
    """The last month up to now of which figures tell anything of these measures; None where they do not."""
    ends = [
        row["year"] * MONTHS + len(row[KEPT[measure]]) - 1
        for rows in customers
        for row in rows
        for measure in measures
        if row[KEPT[measure]]
    ]
    return min(max(ends), now) if ends else None


def contribution_of(view: View, of: Unit, id: str, customers: Sequence[Rows]) -> Contribution | None:
    """None where nothing is told of any of them."""
    measures: tuple[Measure, ...] = ("revenue", "contribution")
    told = last_told(customers, month_of(view.as_of), measures)
    if told is None:
        return None
    asked = period(None, None, told, view.as_of)
    with_rows = [rows for rows in customers if rows]
    sums: dict[str, Figure] = {}
    for measure in measures:
        tally = Tally(asked=len(asked) * (len(customers) - len(with_rows)))
        for month in asked:
            for rows in with_rows:
                tally.add(of_month(rows, measure, month))
        sums[measure] = tally.figure()
    return Contribution(
        of=of, id=id, first=told_month(asked.first), last=told_month(asked.last), customers=len(customers), **sums
    )


def unit_contribution(view: View, of: Literal["household", "group"], id: str) -> Contribution | None:
    """Of a household or group as the view sees it; None where nothing is told of its members."""
    (row,) = view.read(f"figures/{of}", id=id, year=view.as_of.year)
    return contribution_of(view, of, id, row["customers"])
