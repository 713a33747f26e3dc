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
_FINEST = 2**31
"""Rates with a denominator up to this are applied in int64: twice a product of two numbers below it stays inside."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What one minor unit of each currency is worth in minor units of the reporting currency.

    codes: the currencies; columns of currencies index into it. exact: their rates in the same order, None where no
    rate is known.
    """

    codes: tuple[str, ...]
    exact: tuple[Fraction | None, ...]

    def of(self, code: str) -> Fraction | None:
        """The rate of a currency, or None where none is known."""
        return self.exact[self.codes.index(code)] if code in self.codes else None


def rates_of(codes: Sequence[str], known: Mapping[str, Fraction]) -> Rates:
    """A table of rates for these currencies.

    known: reporting minor units for one minor unit of a currency, exact: a yen at 0.0482 yuan is 482/100 fen for 1 yen.
    Raises ValueError for a rate that is not above 0.
    """
    exact = tuple(known.get(code) for code in codes)
    for code, rate in zip(codes, exact, strict=True):
        if rate is not None and rate <= 0:
            raise ValueError(f"the rate of {code} is {rate}; a rate is above 0")
    return Rates(tuple(codes), exact)


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
    out = np.full(amount.size, UNKNOWN, dtype=np.int64)
    for at, rate in enumerate(rates.exact):
        if rate is None:
            continue
        known = (amount != UNKNOWN) & (currency == at)
        own = amount[known]
        most = int(own.max(initial=0))
        if most * rate >= MOST:
            raise ValueError(f"{name} holds {most} minor units of {rates.codes[at]}, too much once it is converted")
        out[known] = _at_rate(own, rate)
    return out


def fraction_of(amount: IntArray, ppb: IntArray) -> IntArray:
    """amount x ppb / 10^9, rounded half up. amount: 0 and more, shape (n,); ppb: 0..10^9, shape (n,)."""
    whole, rest = np.divmod(amount, PPB)
    out: IntArray = whole * ppb + _rounded(rest * ppb, PPB)
    return out


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


def _at_rate(amount: IntArray, rate: Fraction) -> IntArray:
    """Exact for any rate while the result is inside int64: what is too fine for int64 takes Python's integers."""
    below = rate.denominator
    times, part = divmod(rate.numerator, below)
    if below > _FINEST:
        exact = [(2 * one * rate.numerator + below) // (2 * below) for one in amount.tolist()]
        return np.asarray(exact, dtype=np.int64)
    whole, rest = np.divmod(amount, below)
    out: IntArray = amount * times + whole * part + _rounded(rest * part, below)
    return out


def _rounded(product: IntArray, below: int) -> IntArray:
    """product / below, rounded half up; twice the product stays inside int64."""
    out: IntArray = (2 * product + below) // (2 * below)
    return out
