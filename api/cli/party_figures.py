"""Figures of a 360 in a terminal: yearly statements, and what a party has with the bank in the last month told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from rich.table import Table
from rich.text import Text

from api.services.answers import Money
from api.services.party_business import YearItem
from api.services.words import told_money

_STATED: Mapping[str, Callable[[YearItem], Money | None]] = {
    "revenue": lambda year: year.revenue,
    "equity": lambda year: year.equity,
    "profit": lambda year: year.net_profit,
}
_MONTHLY: Mapping[str, Callable[[YearItem], list[Money | None]]] = {
    "deposits": lambda year: year.deposits,
    "loans": lambda year: year.loans,
    "assets managed": lambda year: year.assets_managed,
    "bank's revenue": lambda year: year.bank_revenue,
}


def figure_tables(years: Sequence[YearItem], kind: str | None) -> Iterator[Table]:
    """A table of statements, which persons have only where one is loaded, and one of months with the bank."""
    stated = [(str(year.year), [of(year) for of in _STATED.values()]) for year in years]
    if kind != "person" or any(any(amounts) for _, amounts in stated):
        yield _table(("year", *_STATED), stated)
    monthly = [(year, last) for year in years if (last := _last_told(year)) is not None]
    told = {name: of for name, of in _MONTHLY.items() if any(_at(of(year), last) for year, last in monthly)}
    if told:
        rows = [(f"{year.year}-{last + 1:02}", [_at(of(year), last) for of in told.values()]) for year, last in monthly]
        yield _table(("in", *told), rows)


def _last_told(year: YearItem) -> int | None:
    """The last month of which anything is told."""
    told = (at for of in _MONTHLY.values() for at, one in enumerate(of(year)) if one is not None)
    return max(told, default=None)


def _at(months: Sequence[Money | None], month: int) -> Money | None:
    return months[month] if month < len(months) else None


def _table(heads: Sequence[str], rows: Sequence[tuple[str, Sequence[Money | None]]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for at, head in enumerate(heads):
        table.add_column(head, justify="right" if at else "left", no_wrap=not at, overflow="fold")
    for first, amounts in rows:
        table.add_row(Text(first), *(Text(told_money(one) if one else "unknown") for one in amounts))
    return table
