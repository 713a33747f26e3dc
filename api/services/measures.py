"""What figures measure, and sums of it: by currency, with what is not known counted and in no sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field

from api.services.answers import Model, Money, money
from api.services.months import MONTHS

Measure = Literal["deposits", "loans", "assets_managed", "revenue", "contribution"]
KEPT: Mapping[Measure, str] = {
    "deposits": "deposits",
    "loans": "loans",
    "assets_managed": "assets_managed",
    "revenue": "bank_revenue",
    "contribution": "contribution",
}
"""Measures with the property of YearFigures that keeps them."""
FLOWS: frozenset[Measure] = frozenset({"revenue", "contribution"})
"""Measures that add up over months; of the others, balances, a period tells its last month."""


class Figure(Model):
    """A sum over customers: of a month, or of all months of a period. Currencies are not mixed."""

    amounts: list[Money] = Field(description="one a currency, by its code")
    known: int = Field(description="months of customers that are told; of a balance, customers")
    unknown: int = Field(description="as many are not told: not zero, and in no sum")


@dataclass
class Tally:
    """A sum in the making. known: months of customers that are told; asked: all months of customers that it is of."""

    minor: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    known: int = 0
    asked: int = 0

    def add(self, told: Mapping[str, int], is_customer: bool = True) -> None:
        """One customer's month, by currency; nothing where it is not known. Of a month before it was a customer nothing
        is asked, though what is told adds to the sum."""
        for currency, minor in told.items():
            self.minor[currency] += minor
        self.known += is_customer and bool(told)
        self.asked += is_customer

    def figure(self) -> Figure:
        """The sum."""
        told = (money(minor, currency or None) for currency, minor in sorted(self.minor.items()))
        return Figure(amounts=[one for one in told if one], known=self.known, unknown=self.asked - self.known)


def of_month(figures: Iterable[Mapping[str, Any]], measure: Measure, month: int) -> dict[str, int]:
    """What rows of figures of one customer tell of a month, by currency. Lists end with the last month known."""
    told: dict[str, int] = defaultdict(int)
    for row in figures:
        months = row[KEPT[measure]] or ()
        if row["year"] == month // MONTHS and len(months) > month % MONTHS:
            told[row["currency"] or ""] += months[month % MONTHS]
    return dict(told)
