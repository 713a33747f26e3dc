"""Sums in the cells of a row."""

from __future__ import annotations

from api.services.answers import many
from api.services.home_told import Total
from api.services.measures import FLOWS, Figure, Measure
from api.services.words import told_money

_BEHIND = {
    "balances": "account",
    "credit_limits": "contract",
    "drawn": "drawdown",
    "revenue": "month",
    "contribution": "month",
    "products": "product",
}


def total_cells(total: Total) -> tuple[str, str, str]:
    """Figure, amount, and how many accounts, contracts, drawdowns, months or products are behind it."""
    amount = told_money(total.amount) if total.amount else ""
    name = f"{total.figure.replace('_', ' ')} {total.year or ''}".strip()
    unknown = f", {total.unknown:,} unknown" if total.unknown else ""
    behind = _BEHIND[total.figure] + ("" if total.count == 1 else "s")
    return name, amount, f"{total.count:,} {behind}{unknown}"


def told_figure(measure: Measure, figure: Figure) -> str:
    """A sum, and of how many customers, or months of customers where a measure adds up over months, it is not known."""
    amounts = ", ".join(map(told_money, figure.amounts))
    if not figure.unknown:
        return amounts
    unknown = many(figure.unknown, "month" if measure in FLOWS else "customer")
    return f"{amounts} + {unknown} unknown" if amounts else "unknown"


def percent(fraction: str) -> str:
    """An exact fraction as percents with one digit, the rest cut off."""
    sign = "-" if fraction.startswith("-") else ""
    whole, digits = fraction.removeprefix("-").split(".")
    tenths = int(whole + digits[:3])
    return f"{sign}{tenths // 10}.{tenths % 10}%"
