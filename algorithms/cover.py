"""Credit protection: which part of each facility is covered, and where that part goes (DOMAIN.md 5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.columns import BoolArray, IntArray, find, order_by, sums
from algorithms.currency import MOST, Rates, convert
from algorithms.threshold import UNKNOWN

NIL, MOVES, NO_EFFECT = 0, 1, 2
EFFECTS = ("nil", "moves", "none")

NOBODY = -1
"""A provider that is no party: the bank's own books, a government whose bonds were pledged."""


@dataclass(frozen=True, slots=True)
class Protections:
    """Guarantees, deposits, bonds and other protection. All arrays have the shape (n_protections,).

    provider: a party ordinal, or NOBODY. amount: minor units, or UNKNOWN. currency: index into the rates.
    until: the last day it holds, or UNKNOWN. effect: index into `EFFECTS`, by the rule set: `nil` (cash margin,
    deposits at this bank, government bonds), `moves` (guarantees, deposits at another bank), `none`.
    eligible: whether its provider and its terms pass the rule set's conditions.
    """

    provider: IntArray
    amount: IntArray
    currency: IntArray
    until: IntArray
    effect: IntArray
    eligible: BoolArray


@dataclass(frozen=True, slots=True)
class Covers:
    """Which facilities each protection covers, and how far. All arrays have the shape (n_covers,).

    protection, facility: rows. amount: minor units that it covers there at most, or UNKNOWN: then all of it may.
    currency: of that amount, index into the rates.
    """

    protection: IntArray
    facility: IntArray
    amount: IntArray
    currency: IntArray


@dataclass(frozen=True, slots=True)
class Moved:
    """What protection covers.

    covered: shape (n_facilities,), minor units that no longer count at the facility.
    facility, provider, amount: shape (n_moved,), the parts that moved to a provider. unknown: shape (n_moved,), 1 for a
    part whose amount is unknown: it stays where it was, and the provider has an unknown amount.
    """

    covered: IntArray
    facility: IntArray
    provider: IntArray
    amount: IntArray
    unknown: IntArray


def cover(
    before: IntArray,
    matures: IntArray,
    owed: IntArray,
    protections: Protections,
    covers: Covers,
    rates: Rates,
    n_parties: int,
) -> Moved:
    """Spend protection on facilities.

    before, matures: shape (n_facilities,), what there is to cover and the last day of the debt. owed: the sorted keys
    facility x n_parties + party of its debtors. Protection covers a facility when it is eligible, has an effect, and
    lasts at least as long as the debt; a day that is unknown on either side is not known to. A guarantee needs a
    provider that is a party and does not owe the facility itself.
    Nil is spent before what moves, each in the order of its protections, each protection on its facilities in the order
    of the rows of `covers`, until either is used up, and no further than the row's own amount: nothing is covered
    twice. Where no rate is known of that amount nothing is covered. Linear.
    """
    _check(before.size, protections, covers, n_parties)
    amount = convert("protections.amount", protections.amount, protections.currency, rates)
    secured = convert("covers.amount", covers.amount, covers.currency, rates)
    most = np.where(covers.amount == UNKNOWN, MOST, np.maximum(secured, 0))
    at, facility = covers.protection, covers.facility
    effect, provider = protections.effect[at], protections.provider[at]
    moves = effect == MOVES
    # A missing provider stands for party 0 here; whether there is one at all is asked beside it.
    own_debt = find(owed, facility * np.int64(max(n_parties, 1)) + np.maximum(provider, 0))[1]
    until, debt_until = protections.until[at], matures[facility]
    used = protections.eligible[at] & (effect != NO_EFFECT) & (~moves | ((provider != NOBODY) & ~own_debt))
    used &= (until != UNKNOWN) & (debt_until != UNKNOWN) & (until >= debt_until)
    rows = np.flatnonzero(used)
    rows = rows[order_by(at[rows])]
    rows = rows[order_by(effect[rows])]
    unknown = amount[at[rows]] == UNKNOWN
    spent = _spend(np.maximum(amount, 0), before, at[rows], facility[rows], most[rows])
    kept = moves[rows] & ((spent > 0) | unknown)
    return Moved(
        covered=sums(facility[rows], spent, before.size),
        facility=facility[rows][kept],
        provider=provider[rows][kept],
        amount=spent[kept],
        unknown=unknown[kept].astype(np.int64),
    )


def _spend(amount: IntArray, before: IntArray, protection: IntArray, facility: IntArray, most: IntArray) -> IntArray:
    """How much of each protection goes to each facility, row by row, shape (n_rows,)."""
    left, open_part = amount.tolist(), before.tolist()
    spent = []
    for one, other, at_most in zip(protection.tolist(), facility.tolist(), most.tolist(), strict=True):
        part = min(left[one], open_part[other], at_most)
        left[one] -= part
        open_part[other] -= part
        spent.append(part)
    return np.asarray(spent, dtype=np.int64)


def _check(n_facilities: int, protections: Protections, covers: Covers, n_parties: int) -> None:
    size = protections.amount.size
    for name in ("provider", "currency", "until", "effect", "eligible"):
        column = getattr(protections, name)
        if column.shape != (size,):
            raise ValueError(f"protections.{name} has the shape {column.shape}, not {(size,)}")
    for name in ("facility", "amount", "currency"):
        column = getattr(covers, name)
        if column.shape != covers.protection.shape:
            raise ValueError(f"covers.{name} has the shape {column.shape}, not {covers.protection.shape}")
    for name, rows, low, high in (
        ("protections.provider", protections.provider, NOBODY, n_parties),
        ("protections.effect", protections.effect, 0, len(EFFECTS)),
        ("covers.protection", covers.protection, 0, size),
        ("covers.facility", covers.facility, 0, n_facilities),
    ):
        if rows.size and (int(rows.min()) < low or int(rows.max()) >= high):
            raise ValueError(f"{name} holds a number outside {low}..{high - 1}")
