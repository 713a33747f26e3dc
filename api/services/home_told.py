"""What households and families have with the bank together, as answers tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from api.services.answers import Model, Money, money


class Total(Model):
    """A sum over the members; what several hold or owe together counts once."""

    figure: str = Field(
        description="balances, credit_limits, drawn, revenue, contribution (the bank's, of `year`) or products"
    )
    year: int | None = Field(description="the calendar year of revenue and contribution")
    amount: Money | None = Field(description="of what is known; null where nothing is, and for products")
    count: int = Field(description="accounts, contracts, drawdowns, months or products behind it")
    unknown: int = Field(description="how many of them have no known amount: then the amount is a lower bound")


def told_totals(home: Mapping[str, Any]) -> list[Total]:
    """The totals that a household or family keeps."""
    names = ("totals", "total_years", "total_currencies", "total_amounts", "total_counts", "total_unknown")
    columns = zip(*(home.get(name) or () for name in names), strict=True)
    return [
        Total(
            figure=figure,
            year=year or None,
            amount=None if figure == "products" or 0 < count == unknown else money(amount, currency or None),
            count=count,
            unknown=unknown,
        )
        for figure, year, currency, amount, count, unknown in columns
    ]
