"""Which drawdowns may come back at all: sums of payments followed for all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.columns import BoolArray, IntArray, find, joined, nothing, order_by, rows_of, slices, starts_of
from algorithms.payments import PaymentTable

ROWS_AT_ONCE = 2**21
"""Pairs of accounts looked at in one pass."""


@dataclass(frozen=True, slots=True)
class Follow:
    """Money to follow, shape (n_units,): from which account, between which days (both included), how much at least."""

    account: IntArray
    first_day: IntArray
    last_day: IntArray
    least: IntArray


def may_return(table: PaymentTable, follow: Follow, ends: IntArray, own: IntArray, hops: int, hub: int) -> BoolArray:
    """Whether some sequence of at most `hops` pairs of accounts leads each unit's money to one of its ends.

    ends, own: keys unit * table.n + account, ascending: where routes end, and which of these are the borrower's own; a
    payment from own to own ends nothing. A pair counts when its payments from the earliest arrival to the last day
    sum to `least` or more: each real route passes this, since it carries at most these sums, and not earlier.
    Returns shape (n_units,). Cost: the pairs of all accounts reached, a search each.
    """
    n = np.int64(max(table.n, 1))
    payees = np.diff(table.pair_first)
    out = np.zeros(follow.account.size, dtype=np.bool_)
    unit, account, day = np.arange(follow.account.size), follow.account, follow.first_day
    for hop in range(hops):
        if hop:
            passed = (payees[account] <= hub) & ~out[unit]
            unit, account, day = unit[passed], account[passed], day[passed]
        keys, days = [nothing()], [nothing()]
        for part in slices(payees[account], ROWS_AT_ONCE):
            whose, payer, payee, arrival = _pay(table, follow, unit[part], account[part], day[part])
            key = whose * n + payee
            hit = find(ends, key)[1] & ~(find(own, key)[1] & find(own, whose * n + payer)[1])
            out[whose[hit]] = True
            key, arrival = _earliest(key, arrival)
            keys.append(key)
            days.append(arrival)
        key, day = _earliest(joined(*keys), joined(*days))
        unit, account = np.divmod(key, n)
    return out


def _pay(
    table: PaymentTable, follow: Follow, unit: IntArray, account: IntArray, day: IntArray
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """(unit, payer, payee, first day) of all pairs that pay enough from accounts with money since a day."""
    at, pair = rows_of(table.pair_first, account)
    low, high = table.window(pair, day[at], follow.last_day[unit[at]])
    enough = table.before[high] - table.before[low] >= follow.least[unit[at]]
    at, pair, low = at[enough], pair[enough], low[enough]
    return unit[at], account[at], table.payee[pair], table.day[low]


def _earliest(key: IntArray, day: IntArray) -> tuple[IntArray, IntArray]:
    """The distinct keys, ascending, with the earliest day of each."""
    if not key.size:
        return key, day
    order = order_by(key)
    starts = starts_of(key[order])
    return key[order][starts], np.minimum.reduceat(day[order], starts)
