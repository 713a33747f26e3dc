"""Ratios of money against thresholds, compared exactly by cross-multiplication (DOMAIN.md, "Exactness")."""

from __future__ import annotations

import numpy as np

from algorithms.columns import BoolArray, IntArray
from algorithms.threshold import PPB, Threshold


def passes(numerator: IntArray, denominator: IntArray, threshold: Threshold) -> BoolArray:
    """Whether numerator / denominator passes or reaches the threshold, both columns whole minor units.

    A numerator of 0 or less never does; against a denominator of 0 or less any other numerator does.
    In int64 where the products stay inside it, else in Python integers, row by row.
    """
    share, whole = threshold.reduced()
    out = np.zeros(numerator.size, dtype=np.bool_)
    most = (2**63 - 1) // whole
    small = (numerator <= most) & (np.abs(denominator) <= most)
    left, right = numerator[small] * np.int64(whole), denominator[small] * np.int64(share)
    out[small] = left > right if threshold.sense == "more_than" else left >= right
    for row in np.flatnonzero(~small & (numerator > 0)).tolist():
        out[row] = threshold.met_by(int(numerator[row]), int(denominator[row]))
    return out & (numerator > 0)


def share_of(numerator: int, denominator: int) -> int:
    """A ratio in parts per billion, rounded down and at most one whole, for display and ordering, not for tests."""
    if denominator <= 0 or numerator >= denominator:
        return PPB
    return numerator * PPB // denominator
