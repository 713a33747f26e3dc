"""Many-to-one-to-many fans of payments through a party within days, DOMAIN.md 6, payment patterns.

A window of a party starts on a day on which it is paid, and has `days` days. It is a fan when at least `payers`
different parties pay it and it pays at least `payees` different parties in the window, and the smaller of the two sums,
in and out, is at least `ratio` of the larger. Of windows of one party that overlap the earliest is told, then the first
one after its end, and so on. Being flagged proves nothing; a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from algorithms.columns import BoolArray, IntArray, joined, nothing, order_by, ranges, slices, starts_of
from algorithms.money import least_meeting, money_sums
from algorithms.payments import Payments, check_payments
from algorithms.threshold import PPB, Threshold

ROWS_AT_ONCE = 2**21
"""Payments of windows looked at in one pass."""


@dataclass(frozen=True, slots=True)
class FanRule:
    """How many different payers and payees, within how many days, and how near the two sums are."""

    payers: int = 5
    payees: int = 5
    days: int = 7
    ratio: Threshold = field(default_factory=lambda: Threshold(8 * PPB // 10, "at_least"))

    def __post_init__(self) -> None:
        for name in ("payers", "payees", "days"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is at least 1, not {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class PaymentFans:
    """Fans sorted by (party, first_day). Shape (n_fans,) but for the CSR.

    first_day: of the window; it has the rule's number of days. payers, payees: how many different ones. paid_in,
    paid_out: sums in minor units. in_first, in_row and out_first, out_row: CSR of the rows of the payments in and out,
    by day.
    left_out: payments of no known amount above 0, or from a party to itself.
    """

    party: IntArray
    first_day: IntArray
    payers: IntArray
    payees: IntArray
    paid_in: IntArray
    paid_out: IntArray
    in_first: IntArray
    in_row: IntArray
    out_first: IntArray
    out_row: IntArray
    left_out: int

    def __len__(self) -> int:
        return int(self.party.size)


def payment_fans(payments: Payments, n: int, rule: FanRule | None = None) -> PaymentFans:
    """Flag fans. payments: payer and payee are parties here (an outside account stands for a party of its own).

    n: how many ordinals there are. Raises ValueError for ordinals out of range, shapes that differ, negative amounts,
    sums of a party beyond int64. Cost: two sorts; counting different payers looks at each payment at most `days` times.
    """
    rule = rule or FanRule()
    counted = np.flatnonzero(check_payments(payments, n))
    since = int(payments.day[counted].min()) if counted.size else 0
    span = int(payments.day[counted].max()) - since + 1 if counted.size else 1
    paid_in = _side(payments, counted, payments.payee, payments.payer, n, since, span)
    paid_out = _side(payments, counted, payments.payer, payments.payee, n, since, span)
    key = paid_in.key[starts_of(paid_in.key)]
    inside, outside = paid_in.window(key, rule.days), paid_out.window(key, rule.days)
    many = (inside.size >= rule.payers) & (outside.size >= rule.payees)
    many &= np.minimum(inside.total, outside.total) >= least_meeting(
        rule.ratio, np.maximum(inside.total, outside.total)
    )
    key, inside, outside = key[many], inside.chosen(many), outside.chosen(many)
    payers, payees = paid_in.different(inside), paid_out.different(outside)
    chosen = _apart(key, (payers >= rule.payers) & (payees >= rule.payees), rule.days, span)
    key, inside, outside = key[chosen], inside.chosen(chosen), outside.chosen(chosen)
    return PaymentFans(
        party=key // span,
        first_day=key % span + since,
        payers=payers[chosen],
        payees=payees[chosen],
        paid_in=inside.total,
        paid_out=outside.total,
        in_first=np.cumsum(joined(np.zeros(1, dtype=np.int64), inside.size)),
        in_row=paid_in.row[ranges(inside.low, inside.high)[1]],
        out_first=np.cumsum(joined(np.zeros(1, dtype=np.int64), outside.size)),
        out_row=paid_out.row[ranges(outside.low, outside.high)[1]],
        left_out=payments.payer.size - counted.size,
    )


@dataclass(frozen=True, slots=True)
class _Windows:
    """Places low..high - 1 of a side's payments, and their sum, for each window."""

    low: IntArray
    high: IntArray
    total: IntArray

    @property
    def size(self) -> IntArray:
        return self.high - self.low

    def chosen(self, which: BoolArray | IntArray) -> _Windows:
        return _Windows(self.low[which], self.high[which], self.total[which])


@dataclass(frozen=True, slots=True)
class _Side:
    """Payments sorted by (party, day): key = party * span + day. earlier: the place of the last payment before with the
    same party and the same other party, or -1. before: sums of all payments before, wrapping beyond int64."""

    span: int
    key: IntArray
    row: IntArray
    earlier: IntArray
    before: IntArray

    def window(self, key: IntArray, days: int) -> _Windows:
        """The payments of the party of each key, from its day on."""
        end = key - key % self.span + np.minimum(key % self.span + days, self.span)
        low, high = np.searchsorted(self.key, key), np.searchsorted(self.key, end)
        return _Windows(low, high, self.before[high] - self.before[low])

    def different(self, windows: _Windows) -> IntArray:
        """How many different other parties each window has: payments whose last one before lies before the window."""
        parts = [nothing()]
        for part in slices(windows.size, ROWS_AT_ONCE):
            at, place = ranges(windows.low[part], windows.high[part])
            fresh = self.earlier[place] < windows.low[part][at]
            parts.append(np.bincount(at[fresh], minlength=windows.low[part].size))
        return joined(*parts)


def _side(
    payments: Payments, counted: IntArray, party: IntArray, other: IntArray, n: int, since: int, span: int
) -> _Side:
    row = counted[order_by(payments.day[counted] - since)]
    row = row[order_by(party[row])]
    amount = payments.amount[row]
    money_sums("payments.amount of one party", party[row], amount, n)
    pair = party[row] * np.int64(max(n, 1)) + other[row]
    order = order_by(pair)
    earlier = np.full(row.size, -1, dtype=np.int64)
    same = pair[order][1:] == pair[order][:-1]
    earlier[order[1:][same]] = order[:-1][same]
    return _Side(
        span=span,
        key=party[row] * np.int64(span) + (payments.day[row] - since),
        row=row,
        earlier=earlier,
        before=np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(amount))),
    )


def _apart(key: IntArray, is_fan: BoolArray, days: int, span: int) -> IntArray:
    """Places of fans, by key, that do not overlap: the earliest of each party, then the first after its end."""
    chosen: list[int] = []
    party, until = -1, 0
    for place in np.flatnonzero(is_fan).tolist():
        whose, day = divmod(int(key[place]), span)
        if whose != party or day >= until:
            chosen.append(place)
            party, until = whose, day + days
    return np.asarray(chosen, dtype=np.int64)
