"""Loan money that returns to its borrower or reaches a guarantor (贷款资金回流), DOMAIN.md 6, payment patterns.

A *route* of a drawdown starts at the account that the drawdown was paid into, and goes in at most `hops` steps over
different accounts (it may come back to its first one). It ends on an account of its *end*: the borrower, or a party
that guarantees the borrower; its last step comes from an account that is not the end's own, so money moved between the
borrower's own accounts is no return. Accounts that the borrower holds too count as the borrower's only.
A step is all payments from one account to the next between the drawdown's day and `window` days later. What a route
*carries* is the most money of the drawdown that can have gone all the way in time order: an account passes on no more
than what has reached it before or on that day. So money that goes in several payments is followed whole, and what the
accounts pay each other besides counts for nothing. A route is flagged when it carries at least `part` of the drawdown.
Told is one route for each drawdown and end: the one that carries most, of those the one with the fewest steps, then the
one over the lowest accounts. Being flagged proves nothing; a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from algorithms.columns import IntArray, distinct, joined, offsets, order_by, rows_of
from algorithms.guarantees import Guarantees, counted_rows
from algorithms.loan_filter import Follow, may_return
from algorithms.loan_routes import Route, Search, best_routes
from algorithms.money import check_money, least_meeting
from algorithms.payments import PaymentTable
from algorithms.threshold import PPB, Threshold
from algorithms.votes import check_ordinals


@dataclass(frozen=True, slots=True)
class ReturnRule:
    """window: days after the drawdown. hops: steps between accounts. part: of the drawdown that must be carried.

    hub: an account that pays more than so many others is not passed through (a collecting account, a payment company).
    most_steps: pairs of accounts looked at for one drawdown; where they do not suffice it is listed as stopped.
    """

    window: int = 30
    hops: int = 3
    part: Threshold = field(default_factory=lambda: Threshold(PPB // 2, "at_least"))
    hub: int = 1_000
    most_steps: int = 20_000

    def __post_init__(self) -> None:
        for name, least in (("window", 0), ("hops", 1), ("hub", 1), ("most_steps", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is at least {least}, not {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class Drawdowns:
    """Drawdowns and the accounts they were paid into (of the borrower, or of whom it pays). Shape (n_drawdowns,).

    borrower: party ordinals. account: account ordinals. day: whole days. amount: minor units, or UNKNOWN.
    """

    borrower: IntArray
    account: IntArray
    day: IntArray
    amount: IntArray


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds which account, joint holders in a row each: account and party ordinals, shape (n_holders,)."""

    account: IntArray
    party: IntArray


@dataclass(frozen=True, slots=True)
class LoanReturn:
    """One flagged route. drawdown: its row. end: the party reached. to_guarantor: whether that is not the borrower."""

    drawdown: int
    end: int
    to_guarantor: bool
    route: Route


@dataclass(frozen=True, slots=True)
class LoanReturns:
    """found: sorted by (drawdown, end). stopped: rows of drawdowns whose search took too many steps, ascending.

    not_assessed: drawdowns without a known amount above 0. hubs: accounts not passed through.
    """

    found: tuple[LoanReturn, ...]
    stopped: IntArray
    not_assessed: int
    hubs: int


def loan_returns(
    table: PaymentTable,
    drawdowns: Drawdowns,
    holders: Holders,
    guarantees: Guarantees,
    n_parties: int,
    rule: ReturnRule | None = None,
) -> LoanReturns:
    """Flag drawdowns whose money returns to the borrower or reaches a guarantor.

    table: payments between accounts. guarantees: who guarantees which borrower (of any amount but zero).
    Raises ValueError for ordinals out of range, shapes that differ, negative amounts.
    Cost: first all drawdowns at once follow sums of payments, a sort a hop; then routes are searched one by one for the
    drawdowns whose sums may return, within `most_steps` each.
    """
    rule = rule or ReturnRule()
    _check(table, drawdowns, holders, n_parties)
    rows = np.flatnonzero(drawdowns.amount > 0)
    ends = _ends(drawdowns, holders, guarantees, n_parties, rows)
    payees = np.diff(table.pair_first)
    follow = Follow(
        account=drawdowns.account[rows],
        first_day=drawdowns.day[rows],
        last_day=drawdowns.day[rows] + rule.window,
        least=np.maximum(least_meeting(rule.part, drawdowns.amount[rows]), 1),
    )
    maybe = may_return(table, follow, ends.key(table.n), ends.own_key(table.n), rule.hops, rule.hub)
    found: list[LoanReturn] = []
    stopped: list[int] = []
    for unit in np.flatnonzero(maybe).tolist():
        row = int(rows[unit])
        search = Search(
            account=int(follow.account[unit]),
            amount=int(drawdowns.amount[row]),
            first_day=int(follow.first_day[unit]),
            last_day=int(follow.last_day[unit]),
            least=int(follow.least[unit]),
            hops=rule.hops,
            hub=rule.hub,
            most_steps=rule.most_steps,
        )
        routes, whole = best_routes(table, search, ends.of(unit))
        borrower = int(drawdowns.borrower[row])
        found += [LoanReturn(row, end, end != borrower, route) for end, route in sorted(routes.items())]
        if not whole:
            stopped.append(row)
    return LoanReturns(
        found=tuple(found),
        stopped=np.asarray(stopped, dtype=np.int64),
        not_assessed=drawdowns.amount.size - rows.size,
        hubs=int(np.count_nonzero(payees > rule.hub)),
    )


def _check(table: PaymentTable, drawdowns: Drawdowns, holders: Holders, n_parties: int) -> None:
    size = drawdowns.amount.size
    for name in ("borrower", "account", "day"):
        if getattr(drawdowns, name).shape != (size,):
            raise ValueError(f"drawdowns.{name} has the shape {getattr(drawdowns, name).shape}, not {(size,)}")
    check_money("drawdowns.amount", drawdowns.amount, size)
    check_ordinals("drawdowns.borrower", drawdowns.borrower, n_parties)
    check_ordinals("drawdowns.account", drawdowns.account, table.n)
    check_ordinals("holders.account", holders.account, table.n)
    check_ordinals("holders.party", holders.party, n_parties)


@dataclass(frozen=True, slots=True)
class _Ends:
    """Accounts on which routes end: unit (place of a drawdown), account, the party reached, whether the borrower's."""

    unit: IntArray
    account: IntArray
    party: IntArray
    own: IntArray

    def key(self, n: int) -> IntArray:
        return distinct(self.unit * np.int64(max(n, 1)) + self.account)

    def own_key(self, n: int) -> IntArray:
        mine = self.own > 0
        return distinct(self.unit[mine] * np.int64(max(n, 1)) + self.account[mine])

    def of(self, unit: int) -> dict[int, frozenset[int]]:
        """The end parties of each account, for one drawdown."""
        low, high = np.searchsorted(self.unit, (unit, unit + 1)).tolist()
        out: dict[int, frozenset[int]] = {}
        for account, party in zip(self.account[low:high].tolist(), self.party[low:high].tolist(), strict=True):
            out[account] = out.get(account, frozenset()) | {party}
        return out


def _ends(drawdowns: Drawdowns, holders: Holders, guarantees: Guarantees, n_parties: int, rows: IntArray) -> _Ends:
    counted = counted_rows(guarantees, n_parties).row
    counted = counted[order_by(guarantees.debtor[counted])]
    borrower = drawdowns.borrower[rows]
    backed, place = rows_of(offsets(guarantees.debtor[counted], n_parties), borrower)
    units = joined(np.arange(rows.size), backed)
    party = joined(borrower, guarantees.guarantor[counted[place]])
    key = distinct(units * np.int64(max(n_parties, 1)) + party)
    units, party = np.divmod(key, np.int64(max(n_parties, 1)))
    by_party = order_by(holders.party)
    at, place = rows_of(offsets(holders.party[by_party], n_parties), party)
    unit, account, end = units[at], holders.account[by_party[place]], party[at]
    own = end == borrower[unit]
    width = np.int64(int(holders.account.max()) + 1 if holders.account.size else 1)
    mine = np.isin(unit * width + account, (unit * width + account)[own])
    kept = own | ~mine
    return _Ends(unit[kept], account[kept], end[kept], own[kept].astype(np.int64))
