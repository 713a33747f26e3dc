"""Thresholds on shares, tested exactly (DOMAIN.md, "Exactness").

Shares and votes are whole parts per billion. A test `votes / denominator > t` is never made on floats:
it becomes `votes > limit` with a whole `limit`, worked out once a company.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import Literal

import numpy as np

from algorithms.columns import IntArray

PPB = 1_000_000_000
"""One whole, in parts per billion."""

UNKNOWN = -1
"""The sentinel for votes that were not told. Unknown is not zero: it is counted and reported."""

Sense = Literal["more_than", "at_least"]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A share that must be passed (`more_than`) or reached (`at_least`), in parts per billion."""

    ppb: int = PPB // 2
    sense: Sense = "more_than"

    def __post_init__(self) -> None:
        if not 0 < self.ppb <= PPB:
            raise ValueError(f"a threshold lies above 0 and at most at 10^9 parts per billion, not at {self.ppb}")
        if self.sense not in ("more_than", "at_least"):
            raise ValueError(f"a threshold's sense is more_than or at_least, not {self.sense!r}")

    def met_by(self, votes: int, denominator: int = PPB) -> bool:
        """Whether votes of a denominator (both parts per billion, any size) pass or reach the threshold."""
        left, right = votes * PPB, self.ppb * denominator
        return left > right if self.sense == "more_than" else left >= right

    def reduced(self) -> tuple[int, int]:
        """The threshold as the fraction (numerator, denominator) in lowest terms."""
        divisor = gcd(self.ppb, PPB)
        return self.ppb // divisor, PPB // divisor

    def limits(self, denominator: IntArray) -> IntArray:
        """The whole number of parts per billion that the votes must be above, for each denominator.

        denominator: parts per billion, 0..10^9, so that every product stays within 10^18, inside int64.
        `votes * 10^9 > t * d` holds exactly when `votes > floor(t * d / 10^9)`, and
        `votes * 10^9 >= t * d` exactly when `votes > ceil(t * d / 10^9) - 1`.
        Never below 0: no votes at all control nothing.
        """
        if denominator.size and (int(denominator.min()) < 0 or int(denominator.max()) > PPB):
            raise ValueError("a denominator lies within 0..10^9 parts per billion")
        product: IntArray = denominator * np.int64(self.ppb)
        whole: IntArray = product // PPB if self.sense == "more_than" else -(-product // PPB) - 1
        return np.maximum(whole, 0)
