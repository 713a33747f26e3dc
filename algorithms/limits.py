"""Exposure tested against limits: base, ratio, limit and state, exactly (DOMAIN.md 5)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal

import numpy as np

from algorithms.columns import BoolArray, IntArray
from algorithms.currency import Rates
from algorithms.exposure import Exposure
from algorithms.threshold import PPB, Sense

Who = Literal["single", "group", "all"]
Counterparties = Literal["any", "non_bank", "bank", "g_sib", "related"]
Measure = Literal["loans", "exposure", "group_credit", "before_protection", "exempt"]
Base = Literal["net_capital", "net_tier_1", "tier_1"]

WITHIN, WARNING, BREACH, UNDECIDED, NOT_TESTED = range(5)
STATES = ("within", "warning", "breach", "undecided", "not_tested")
"""`undecided`: the capital, or all of what is owed, is not known, so nothing can be said. `not_tested`: the limit is
not for this one."""

_COLUMN: dict[Measure, str] = {
    "loans": "loans",
    "exposure": "after",
    "group_credit": "after",
    "before_protection": "before",
    "exempt": "exempt",
}
_BASES: dict[Base, str] = {
    "net_capital": "net capital",
    "net_tier_1": "net tier 1 capital",
    "tier_1": "tier 1 capital",
}
NEAREST = 2**53 - 1
"""The largest nearness told: the largest whole number that every client keeps exact."""
_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Floor:
    """An amount that a limit never falls below, unless that is more than `at_most` (parts per billion) of the base."""

    amount: int
    currency: str
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """One test of a rule set. ratio: parts per billion of the base. `group_credit` is the exposure after the rule
    set's own deductions, so both measures read the same column of figures made by that rule set."""

    id: str
    who: Who
    counterparties: Counterparties
    measure: Measure
    base: Base
    ratio: int
    floor: Floor | None = None


@dataclass(frozen=True, slots=True)
class Capital:
    """The bank's capital of one day, minor units of the reporting currency; None where it is not known."""

    day: str
    net_capital: int | None = None
    net_tier_1: int | None = None
    tier_1: int | None = None

    def of(self, base: Base) -> int | None:
        """One capital figure."""
        value: int | None = getattr(self, base)
        return value

    def missing(self, base: Base) -> str:
        """What is said where a figure is not known."""
        return f"no {_BASES[base]} known for {self.day}"

    def not_above_zero(self, base: Base) -> str:
        """What is said where a figure is 0 or below."""
        return f"{_BASES[base]} of {self.day} is not above zero: no ratio to it is told"


@dataclass(frozen=True, slots=True)
class LimitResult:
    """One limit tested for a list of parties or groups; all arrays have the shape (n,).

    reading: `single`, `all`, or what the groups are called (`firm`, `potential`). base: minor units, or None. allowed:
    the limit as an exact amount, or None. amount: minor units. unknown: how many amounts behind it are unknown: then a
    breach is certain, `within` and `warning` are only known so far, and it is undecided where nothing is known.
    state: index into `STATES`.
    why: what a reader should know (missing capital, a missing rate).
    """

    limit: Limit
    reading: str
    base: int | None
    allowed: Fraction | None
    amount: IntArray
    unknown: IntArray
    state: IntArray
    why: tuple[str, ...]

    def ratio(self, at: int) -> Fraction | None:
        """The amount over the base, exact; None where the base is unknown or not above 0, or nothing owed is known."""
        if self.base is None or self.base <= 0 or self.state[at] == UNDECIDED:
            return None
        return Fraction(int(self.amount[at]), self.base)

    def nearness(self, at: IntArray) -> list[int | None]:
        """Amounts over what is allowed, parts per billion rounded down, at most `NEAREST`; None where the limit, or
        what is owed, is not known. Where nothing is allowed any amount above 0 is as near as can be."""
        if self.allowed is None:
            return [None] * at.size
        above, below = self.allowed.denominator * PPB, self.allowed.numerator
        near = (
            min(amount * above // below, NEAREST) if below else NEAREST * (amount > 0)
            for amount in self.amount[at].tolist()
        )
        undecided = (self.state[at] == UNDECIDED).tolist()
        return [None if unknown else one for one, unknown in zip(near, undecided, strict=True)]

    def state_of(self, at: int) -> str:
        """The state in words."""
        return STATES[self.state[at]]

    @property
    def certain(self) -> BoolArray:
        """Where no unknown amount could change the state, shape (n,)."""
        decided: BoolArray = (self.state != UNDECIDED) & ((self.state == BREACH) | (self.unknown == 0))
        return decided


def apply_limit(
    limit: Limit,
    reading: str,
    exposure: Exposure,
    applies: BoolArray,
    capital: Capital,
    warning: int,
    rates: Rates | None = None,
) -> LimitResult:
    """Test one limit. A limit is breached by more than the limit; a warning begins at `warning` of it.

    applies: shape (n,), whom the limit is for. warning: parts per billion of the limit, 1..10^9. rates: for a floor in
    another currency; a floor without a rate is left out, which is said.
    The exact limit becomes two whole numbers of minor units, so the comparisons are on int64: x > L exactly when
    x > floor(L), and x >= W exactly when x >= ceil(W). Capital of 0 or less allows nothing. Linear.
    """
    if not 0 < warning <= PPB:
        raise ValueError(f"a warning begins above 0 and at most at 10^9 parts per billion of a limit, not at {warning}")
    amount: IntArray = getattr(exposure, _COLUMN[limit.measure])
    base = capital.of(limit.base)
    if base is None:
        state = np.where(applies, UNDECIDED, NOT_TESTED)
        return LimitResult(limit, reading, None, None, amount, exposure.unknown, state, (capital.missing(limit.base),))
    allowed, why = _allowed(limit, base, rates)
    if base <= 0:
        why = (capital.not_above_zero(limit.base), *why)
    breach = amount > min(floor(allowed), _MOST)
    from_amount = max(ceil(allowed * Fraction(warning, PPB)), 1)
    warned = (amount >= min(from_amount, _MOST)) & ~breach
    nothing_known = (amount == 0) & (exposure.unknown > 0)
    state = np.where(breach, BREACH, np.where(warned, WARNING, np.where(nothing_known, UNDECIDED, WITHIN)))
    return LimitResult(
        limit, reading, base, allowed, amount, exposure.unknown, np.where(applies, state, NOT_TESTED), why
    )


def ratio_ppb(amount: int, unknown: int, base: int | None) -> int | None:
    """An amount over a base in parts per billion, rounded down; None where the base is not known or not above 0,
    or nothing of the amount is known. In Python's whole numbers: the product may leave 64 bits."""
    if base is None or base <= 0 or known(amount, unknown) is None:
        return None
    return amount * PPB // base


def known(amount: int, unknown: int) -> int | None:
    """What is known of an amount with so many unknown ones behind it; None where that is nothing."""
    return None if unknown and not amount else amount


def _allowed(limit: Limit, base: int, rates: Rates | None) -> tuple[Fraction, tuple[str, ...]]:
    """The limit as an exact amount of minor units, and what is to be said about it."""
    allowed = max(Fraction(base * limit.ratio, PPB), Fraction(0))
    if limit.floor is None:
        return allowed, ()
    rate = rates.of(limit.floor.currency) if rates else None
    if rate is None:
        missing = f"no rate known for {limit.floor.currency}: the limit is told without its floor"
        return allowed, (missing,)
    least = limit.floor.amount * rate
    if limit.floor.at_most is not None:
        least = min(least, Fraction(base * limit.floor.at_most, PPB))
    return max(allowed, least), ()


@dataclass(frozen=True, slots=True)
class Reporting:
    """What is reported: exposures that pass a ratio of a base by any of these measures, and the largest ones."""

    id: str
    measures: tuple[Measure, ...]
    ratio: int
    sense: Sense
    base: Base
    largest: int = 0


@dataclass(frozen=True, slots=True)
class Reportable:
    """passes: by the ratio; among_largest: among the largest after protection; both of the shape (n,)."""

    passes: BoolArray
    among_largest: BoolArray
    why: tuple[str, ...]


def reportable(rule: Reporting, exposure: Exposure, capital: Capital) -> Reportable:
    """Which exposures are reported, before or after protection, exempt ones included, as the rule says.

    The largest are told among those given here, equal ones in their order; a caller that reports groups together with
    the parties that are in none gives both in one list. Without capital nothing passes, which is said.
    """
    n = len(exposure)
    among = np.zeros(n, dtype=np.bool_)
    order = np.argsort(-exposure.after, kind="stable")[: rule.largest]
    among[order[exposure.after[order] > 0]] = True
    passes = np.zeros(n, dtype=np.bool_)
    base = capital.of(rule.base)
    if base is None:
        return Reportable(passes, among, (capital.missing(rule.base),))
    edge = Fraction(base * rule.ratio, PPB)
    least = min(max(floor(edge) + 1 if rule.sense == "more_than" else ceil(edge), 1), _MOST)
    for measure in rule.measures:
        passes |= getattr(exposure, _COLUMN[measure]) >= least
    return Reportable(passes, among, ())


def percent(ratio: Fraction, digits: int = 1) -> str:
    """A ratio for people, rounded half up: 21/100 is 21.0%. For display only: no test reads it."""
    scaled = floor(abs(ratio) * 100 * 10**digits + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**digits)
    sign = "-" if ratio < 0 and scaled else ""
    return f"{sign}{whole}.{rest:0{digits}d}%" if digits else f"{sign}{whole}%"
