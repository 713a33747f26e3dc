"""Payments as columns, sorted so that the payments of a pair within days are found by bisection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.columns import BoolArray, IntArray, offsets, order_by, starts_of
from algorithms.money import check_money, money_sums
from algorithms.votes import check_ordinals


@dataclass(frozen=True, slots=True)
class Payments:
    """Single payments, one a row. All arrays have the shape (n_payments,).

    payer, payee: ordinals of accounts (or of parties, where a search says so). day: whole days since any day.
    amount: minor units of one currency, or UNKNOWN.
    """

    payer: IntArray
    payee: IntArray
    day: IntArray
    amount: IntArray


def check_payments(payments: Payments, n: int) -> BoolArray:
    """Which payments count: of a known amount above 0, to somebody else.

    Raises ValueError for ordinals outside 0..n-1, shapes that differ, amounts below 0 that are not UNKNOWN.
    """
    size = payments.payer.size
    for name in ("payee", "day"):
        shape = getattr(payments, name).shape
        if shape != (size,):
            raise ValueError(f"payments.{name} has the shape {shape}, not {(size,)}")
    check_ordinals("payments.payer", payments.payer, n)
    check_ordinals("payments.payee", payments.payee, n)
    check_money("payments.amount", payments.amount, size)
    counted: BoolArray = (payments.amount > 0) & (payments.payer != payments.payee)
    return counted


@dataclass(frozen=True, slots=True)
class PaymentTable:
    """Payments that count, sorted by (payer, payee, day, row).

    payer, payee: of each pair, shape (n_pairs,). pair_first: CSR offsets of pairs by payer, shape (n + 1,). first: CSR
    offsets of payments by pair. key: pair * span + day since `since`, ascending; day, amount, row: of each payment.
    before: shape (n_counted + 1,), the amounts of all payments before each, wrapping around beyond int64: differences
    within one pair are exact. left_out: payments that do not count.
    """

    n: int
    payer: IntArray
    payee: IntArray
    pair_first: IntArray
    first: IntArray
    since: int
    span: int
    key: IntArray
    day: IntArray
    amount: IntArray
    row: IntArray
    before: IntArray
    left_out: int

    def window(self, pair: IntArray, from_day: IntArray, to_day: IntArray) -> tuple[IntArray, IntArray]:
        """The payments (low, high) of each pair from one day to another, both days included."""
        low = np.clip(from_day - self.since, 0, self.span)
        high = np.clip(to_day - self.since + 1, low, self.span)
        start = pair * np.int64(self.span)
        return np.searchsorted(self.key, start + low), np.searchsorted(self.key, start + high)


def payment_table(payments: Payments, n: int) -> PaymentTable:
    """Sort payments by pair and day. n: how many ordinals there are.

    Raises ValueError as `check_payments`, and when the payments of one pair sum beyond int64. Cost: one sort.
    """
    row = np.flatnonzero(check_payments(payments, n))
    since = int(payments.day[row].min()) if row.size else 0
    span = int(payments.day[row].max()) - since + 1 if row.size else 1
    row = row[order_by(payments.day[row] - since)]
    row = row[order_by(payments.payer[row] * np.int64(max(n, 1)) + payments.payee[row])]
    joined_key = payments.payer[row] * np.int64(max(n, 1)) + payments.payee[row]
    starts = starts_of(joined_key)
    pair = np.repeat(np.arange(starts.size), np.diff(np.append(starts, row.size)))
    amount, day = payments.amount[row], payments.day[row]
    money_sums("payments.amount of one pair", pair, amount, starts.size)
    payer = payments.payer[row][starts]
    return PaymentTable(
        n=n,
        payer=payer,
        payee=payments.payee[row][starts],
        pair_first=offsets(payer, n),
        first=np.append(starts, row.size),
        since=since,
        span=span,
        key=pair * np.int64(span) + (day - since),
        day=day,
        amount=amount,
        row=row,
        before=np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(amount))),
        left_out=payments.payer.size - row.size,
    )
