"""Sums over customers of a book: by currency, unknown amounts counted, what several customers share once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from api.services.answers import Money, money
from api.services.book_answer import Balances, Revenue, Total

Row = Mapping[str, Any]


class _Sum:
    """Minor units by currency."""

    def __init__(self) -> None:
        self._minor: dict[str | None, int] = defaultdict(int)
        self._unknown = 0

    def add(self, currency: str | None, amount: int | None) -> None:
        if amount is None:
            self._unknown += 1
        else:
            self._minor[currency] += amount

    def amounts(self) -> list[Money]:
        ordered = sorted(self._minor.items(), key=lambda item: item[0] or "")
        return [told for currency, minor in ordered if (told := money(minor, currency))]

    def total(self) -> Total:
        return Total(amounts=self.amounts(), unknown=self._unknown)


def balances(customers: Iterable[Row]) -> Balances:
    """Of rows with `accounts` and `contracts` as `book/customers` gives them."""
    accounts, agreed, drawn = _Sum(), _Sum(), _Sum()
    known: set[str] = set()
    for row in customers:
        for account_id, currency, balance in row["accounts"]:
            if account_id not in known:
                known.add(account_id)
                accounts.add(currency, balance)
        for facility_id, currency, amount, stated, drawdowns in row["contracts"]:
            if facility_id not in known:
                known.add(facility_id)
                agreed.add(currency, amount)
                for own, balance in drawdowns or [(currency, stated)]:
                    drawn.add(own, balance)
    return Balances(accounts=accounts.total(), agreed=agreed.total(), drawn=drawn.total())


def revenue(customers: Iterable[Row]) -> Revenue | None:
    """Of rows with `revenue`, each a list of [year, currency, sum]; the latest year of all. Several of a customer and
    year are added, as figures do: they are of records that are one party."""
    told = [row["revenue"] for row in customers if row["revenue"]]
    if not told:
        return None
    year = max(one[0] for rows in told for one in rows)
    total = _Sum()
    of_year = [[one for one in rows if one[0] == year] for rows in told]
    for _, currency, minor in chain.from_iterable(of_year):
        total.add(currency, minor)
    return Revenue(year=year, amounts=total.amounts(), customers=sum(map(bool, of_year)))
