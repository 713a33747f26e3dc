"""Exact sums of money in minor units, with unknown amounts counted beside the known sum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.columns import IntArray, sums
from algorithms.threshold import PPB, UNKNOWN, Threshold

_HALF = np.int64(32)
_LOW = np.int64(2**32 - 1)


@dataclass(frozen=True, slots=True)
class MoneySums:
    """known: the sum of the known amounts. unknown: how many amounts are not known. Both of the shape (n,)."""

    known: IntArray
    unknown: IntArray


def check_money(name: str, amount: IntArray, size: int) -> None:
    """Raise ValueError unless there are `size` amounts, each UNKNOWN or not negative."""
    if amount.shape != (size,):
        raise ValueError(f"{name} has the shape {amount.shape}, not {(size,)}")
    if size and int(amount.min()) < UNKNOWN:
        raise ValueError(f"{name} holds the amount {int(amount.min())}: none may be below 0 (unknown: {UNKNOWN})")


def money_sums(name: str, index: IntArray, amount: IntArray, n: int) -> MoneySums:
    """Sums by index of amounts, some of them perhaps UNKNOWN.

    Summed in two halves of 32 bits, so that a sum beyond int64 is seen. Raises ValueError for such a sum.
    """
    known = np.maximum(amount, 0)
    high, low = sums(index, known >> _HALF, n), sums(index, known & _LOW, n)
    high += low >> _HALF
    if n and int(high.max()) >= 2**31:
        worst = int(np.argmax(high))
        total = (int(high[worst]) << 32) + int(low[worst] & _LOW)
        raise ValueError(f"{name} sums to {total}, more than fits a whole number of 64 bits")
    missing = amount == UNKNOWN
    return MoneySums((high << _HALF) + (low & _LOW), np.bincount(index[missing], minlength=n).astype(np.int64))


def least_meeting(threshold: Threshold, whole: IntArray) -> IntArray:
    """The least amount that meets the threshold as a share of each whole (0 or more), exactly.

    Billions and rest are multiplied apart, so that no product leaves int64.
    """
    billions, rest = np.divmod(whole, np.int64(PPB))
    product = rest * np.int64(threshold.ppb)
    share = product // PPB + 1 if threshold.sense == "more_than" else -(-product // PPB)
    least: IntArray = billions * np.int64(threshold.ppb) + share
    return least
