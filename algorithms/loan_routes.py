"""The routes of one drawdown's money over accounts, and what each carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from algorithms.columns import IntArray
from algorithms.payments import PaymentTable

Arrivals = list[tuple[int, int]]
"""(day, amount), by day."""


@dataclass(frozen=True, slots=True)
class Hop:
    """From one account to the next: rows of the payments that carry something, and day and amount that each carries."""

    rows: tuple[int, ...]
    days: tuple[int, ...]
    carried: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """accounts: from the one paid into to the one of the end. hops: one fewer than accounts."""

    accounts: tuple[int, ...]
    hops: tuple[Hop, ...]

    @property
    def amount(self) -> int:
        """What is carried all the way, minor units."""
        return sum(self.hops[-1].carried)

    def rank(self) -> tuple[int, int, tuple[int, ...]]:
        """Sorts the route to tell first: the most money, then the fewest hops, then the lowest accounts."""
        return -self.amount, len(self.hops), self.accounts


@dataclass(frozen=True, slots=True)
class Search:
    """What to follow: `amount` from `account` on, days included, in pieces of which at least `least` must arrive."""

    account: int
    amount: int
    first_day: int
    last_day: int
    least: int
    hops: int
    hub: int
    most_steps: int


def best_routes(
    table: PaymentTable, search: Search, ends: Mapping[int, frozenset[int]]
) -> tuple[dict[int, Route], bool]:
    """The best route to each end party, and whether all routes were looked at.

    ends: the end parties of accounts. Depth first; what a route carries never grows on the way, so a route that carries
    too little is given up at once.
    """
    walk = _Walk(table, search, ends)
    whole = walk.on((search.account,), (), [(search.first_day, search.amount)])
    return walk.best, whole


class _Walk:
    def __init__(self, table: PaymentTable, search: Search, ends: Mapping[int, frozenset[int]]) -> None:
        self.best: dict[int, Route] = {}
        self._table, self._search, self._ends = table, search, ends
        self._end_accounts = np.asarray(sorted(ends), dtype=np.int64)
        self._steps_left = search.most_steps

    def on(self, accounts: tuple[int, ...], hops: tuple[Hop, ...], arrivals: Arrivals) -> bool:
        """Go on from the last account; False when the steps did not suffice."""
        last = len(hops) + 1 == self._search.hops
        pairs, low, high = self._pairs(accounts[-1], arrivals[0][0], last)
        for payee, begin, end in zip(self._table.payee[pairs].tolist(), low.tolist(), high.tolist(), strict=True):
            if payee in accounts[1:]:
                continue
            self._steps_left -= 1
            if self._steps_left < 0:
                return False
            hop = self._hop(arrivals, begin, end)
            if sum(hop.carried) < self._search.least:
                continue
            route = Route((*accounts, payee), (*hops, hop))
            self._note(route)
            goes_on = not last and payee != accounts[0] and self._n_payees(payee) <= self._search.hub
            if goes_on and not self.on(route.accounts, route.hops, list(zip(hop.days, hop.carried, strict=True))):
                return False
        return True

    def _n_payees(self, account: int) -> int:
        return int(self._table.pair_first[account + 1] - self._table.pair_first[account])

    def _pairs(self, account: int, since: int, last: bool) -> tuple[IntArray, IntArray, IntArray]:
        """The pairs from an account that pay enough, with their payments; only those to ends for the last hop."""
        table = self._table
        pairs = np.arange(table.pair_first[account], table.pair_first[account + 1])
        if last:
            pairs = pairs[np.isin(table.payee[pairs], self._end_accounts)]
        low, high = table.window(pairs, np.asarray(since), np.asarray(self._search.last_day))
        enough = table.before[high] - table.before[low] >= self._search.least
        return pairs[enough], low[enough], high[enough]

    def _hop(self, arrivals: Arrivals, begin: int, end: int) -> Hop:
        """Pass on as much as early as can be: no other way carries more in the end."""
        table = self._table
        rows, days, carried = [], [], []
        held = arrived = 0
        for row, day, amount in zip(
            table.row[begin:end].tolist(), table.day[begin:end].tolist(), table.amount[begin:end].tolist(), strict=True
        ):
            while arrived < len(arrivals) and arrivals[arrived][0] <= day:
                held += arrivals[arrived][1]
                arrived += 1
            part = min(held, amount)
            if part:
                held -= part
                rows.append(row)
                days.append(day)
                carried.append(part)
        return Hop(tuple(rows), tuple(days), tuple(carried))

    def _note(self, route: Route) -> None:
        payer, payee = route.accounts[-2:]
        for end in self._ends.get(payee, frozenset()) - self._ends.get(payer, frozenset()):
            if end not in self.best or route.rank() < self.best[end].rank():
                self.best[end] = route
