"""Exact arithmetic on columns of money: whole minor units, fractions of them, currencies at a stated table of rates.

Amounts are int64 minor units, UNKNOWN (-1) where they were not told. Everything is rounded half up to the minor unit,
once an operation, and nothing passes through a float.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from algorithms.columns import IntArray
from algorithms.threshold import PPB, UNKNOWN

MOST = 2**62
"""No sum of amounts may reach this, so that two of them can be added or subtracted inside int64."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What one minor unit of each currency is worth in minor units of the reporting currency.

    codes: the currencies; columns of currencies index into it. numerator, denominator: shape (n_currencies,), in
    lowest terms; both 0 where no rate is known.
    """

    codes: tuple[str, ...]
    numerator: IntArray
    denominator: IntArray

    def of(self, code: str) -> Fraction | None:
        """The rate of a currency, or None where none is known."""
        at = self.codes.index(code) if code in self.codes else None
        if at is None or not self.denominator[at]:
            return None
        return Fraction(int(self.numerator[at]), int(self.denominator[at]))


def rates_of(codes: Sequence[str], known: Mapping[str, Fraction]) -> Rates:
    """A table of rates for these currencies.

    known: reporting minor units for one minor unit of a currency, exact: a yen at 0.0482 yuan is 482/100 fen for 1 yen.
    Raises ValueError for a rate that is not above 0, or too fine to be applied exactly in int64.
    """
    numerator, denominator = np.zeros(len(codes), dtype=np.int64), np.zeros(len(codes), dtype=np.int64)
    for at, code in enumerate(codes):
        rate = known.get(code)
        if rate is None:
            continue
        if rate <= 0:
            raise ValueError(f"the rate of {code} is {rate}; a rate is above 0")
        if 2 * rate.numerator * rate.denominator + rate.denominator >= 2**63:
            raise ValueError(f"the rate of {code} is {rate}, which is too fine: give at most nine digits")
        numerator[at], denominator[at] = rate.numerator, rate.denominator
    return Rates(tuple(codes), numerator, denominator)


def convert(name: str, amount: IntArray, currency: IntArray, rates: Rates) -> IntArray:
    """Amounts in the reporting currency, rounded half up; UNKNOWN where the amount or the rate is.

    amount, currency: shape (n,). Raises ValueError, naming the column, for amounts below 0 (UNKNOWN apart),
    currencies that the table does not list, and results of 2^62 or more.
    """
    check_amounts(name, amount)
    if currency.shape != amount.shape:
        raise ValueError(f"the currencies of {name} have the shape {currency.shape}, not {amount.shape}")
    if currency.size and (int(currency.min()) < 0 or int(currency.max()) >= len(rates.codes)):
        raise ValueError(f"{name} holds a currency outside 0..{len(rates.codes) - 1}")
    numerator, denominator = rates.numerator[currency], rates.denominator[currency]
    known = (denominator > 0) & (amount != UNKNOWN)
    out = np.full(amount.size, UNKNOWN, dtype=np.int64)
    for at in range(len(rates.codes)):
        most = int(amount[known & (currency == at)].max(initial=0))
        if most and most * int(rates.numerator[at]) >= MOST * int(rates.denominator[at]):
            raise ValueError(f"{name} holds {most} minor units of {rates.codes[at]}, too much once it is converted")
    out[known] = _half_up(amount[known], numerator[known], denominator[known])
    return out


def fraction_of(amount: IntArray, ppb: IntArray) -> IntArray:
    """amount x ppb / 10^9, rounded half up. amount: 0 and more, shape (n,); ppb: 0..10^9, shape (n,)."""
    return _half_up(amount, ppb, np.full(amount.size, PPB, dtype=np.int64))


def check_amounts(name: str, amount: IntArray) -> None:
    """Raise ValueError for amounts below 0 (UNKNOWN apart) or of 2^62 and more."""
    if amount.size and (int(amount.min()) < UNKNOWN or int(amount.max()) >= MOST):
        at = int(np.argmin(amount)) if int(amount.min()) < UNKNOWN else int(np.argmax(amount))
        raise ValueError(f"{name} holds {int(amount[at])}; amounts are 0 to 2^62 minor units (unknown: {UNKNOWN})")


def check_total(name: str, amount: IntArray) -> None:
    """Raise ValueError when amounts of 0 and more sum to 2^62 or more: then no part of the sum leaves int64."""
    low, high = int((amount & 0xFFFFFFFF).sum()), int((amount >> 32).sum())
    if (high << 32) + low >= MOST:
        raise ValueError(f"{name} sums to {(high << 32) + low} minor units; at most 2^62 can be summed exactly")


def _half_up(amount: IntArray, numerator: IntArray, denominator: IntArray) -> IntArray:
    """Exact while 2 x numerator x denominator + denominator and the result stay inside int64."""
    whole, rest = np.divmod(amount, denominator)
    out: IntArray = whole * numerator + (2 * rest * numerator + denominator) // (2 * denominator)
    return out
