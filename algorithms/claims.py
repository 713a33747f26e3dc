"""Contracts, drawdowns and protection as claims: how much, and on whom (DOMAIN.md 5).

A facility's exposure is what is drawn, and what is not drawn times its conversion factor. The part that protection
covers leaves it: cash and its like count as nil, a guarantee moves it to the guarantor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.columns import BoolArray, IntArray, distinct, sums
from algorithms.cover import Covers, Protections, cover
from algorithms.currency import Rates, check_total, convert, fraction_of
from algorithms.threshold import PPB, UNKNOWN
from algorithms.votes import check_ordinals


@dataclass(frozen=True, slots=True)
class Facilities:
    """Contracts and single off-balance items. All arrays have the shape (n_facilities,); amounts are minor units.

    limit: the amount of the contract, or UNKNOWN. drawn: the balance that the contract itself states, or UNKNOWN; used
    only where it has no drawdowns. currency: index into the rates. factor: parts per billion of the undrawn part that
    count. matures: the last day of the debt, drawdowns included, or UNKNOWN. is_loan: whether what is drawn is a loan.
    exempt: whether it is kept out of the limits, whoever owes it.
    """

    limit: IntArray
    drawn: IntArray
    currency: IntArray
    factor: IntArray
    matures: IntArray
    is_loan: BoolArray
    exempt: BoolArray

    def __len__(self) -> int:
        return int(self.limit.size)


@dataclass(frozen=True, slots=True)
class Drawdowns:
    """What was drawn under the facilities. All arrays have the shape (n_drawdowns,).

    facility: its row. balance: minor units outstanding, or UNKNOWN. currency: index into the rates.
    factor: parts per billion that count, for items that are not on the balance sheet; None: all counts.
    """

    facility: IntArray
    balance: IntArray
    currency: IntArray
    factor: IntArray | None = None


@dataclass(frozen=True, slots=True)
class Borrowers:
    """Who owes each facility, jointly where several do. facility, party: shape (n_borrowers,)."""

    facility: IntArray
    party: IntArray


@dataclass(frozen=True, slots=True)
class Claims:
    """What the bank is owed, minor units of the reporting currency. The first rows are the facilities, in their order;
    the parts that moved to providers of protection follow.

    loans: the drawn part of loans, before protection. before: all of it before protection. after: what is left after
    protection, or what moved here. unknown: how many amounts behind it are unknown and count as nothing so far: every
    figure is then "at least". exempt: kept out of the limits. All of the shape (n_claims,).
    claim, party: shape (n_debtors,), distinct, sorted: who owes each claim; several for one that is owed jointly.
    unattributed: how many facilities nobody is known to owe.
    """

    loans: IntArray
    before: IntArray
    after: IntArray
    unknown: IntArray
    exempt: BoolArray
    claim: IntArray
    party: IntArray
    unattributed: int

    def __len__(self) -> int:
        return int(self.after.size)


def claims_of(
    facilities: Facilities,
    drawdowns: Drawdowns,
    borrowers: Borrowers,
    protections: Protections,
    covers: Covers,
    rates: Rates,
    n_parties: int,
) -> Claims:
    """What the bank is owed by whom, after protection.

    Amounts are converted first, each rounded half up, then summed and multiplied. Drawdowns count under their contract
    once: with a limit of 100, drawdowns of 40 and 20 and a factor of one half, 60 + 20 = 80 (example 5.7). An unknown
    drawdown counts as nothing drawn, an unknown limit as nothing undrawn: since no factor is above 1, the figure is a
    lower bound. Protection that a debtor of the facility itself provides changes nothing.
    Raises ValueError for shapes that differ, ordinals and factors out of range, sums of 2^62 and more.
    Cost: linear, vectorised but for the pairs of protection and facility.
    """
    _check(facilities, drawdowns, borrowers, n_parties)
    loans, before, unknown = _amounts(facilities, drawdowns, rates)
    check_total("exposure before protection", before)
    key = distinct(borrowers.facility * np.int64(max(n_parties, 1)) + borrowers.party)
    claim, party = np.divmod(key, np.int64(max(n_parties, 1)))
    moved = cover(before, facilities.matures, key, protections, covers, rates, n_parties)
    n, parts = len(facilities), moved.amount.size
    nothing_of = np.zeros(parts, dtype=np.int64)
    return Claims(
        loans=np.concatenate((loans, nothing_of)),
        before=np.concatenate((before, nothing_of)),
        after=np.concatenate((before - moved.covered, moved.amount)),
        unknown=np.concatenate((unknown, moved.unknown)),
        exempt=np.concatenate((facilities.exempt, facilities.exempt[moved.facility])),
        claim=np.concatenate((claim, n + np.arange(parts, dtype=np.int64))),
        party=np.concatenate((party, moved.provider)),
        unattributed=n - int(distinct(claim).size),
    )


def _amounts(facilities: Facilities, drawdowns: Drawdowns, rates: Rates) -> tuple[IntArray, IntArray, IntArray]:
    """By facility: drawn as a loan, exposure before protection, number of unknown amounts."""
    n = len(facilities)
    limit = convert("facilities.limit", facilities.limit, facilities.currency, rates)
    stated = convert("facilities.drawn", facilities.drawn, facilities.currency, rates)
    balance = convert("drawdowns.balance", drawdowns.balance, drawdowns.currency, rates)
    known = np.maximum(balance, 0)
    check_total("drawdowns.balance", known)
    check_total("facilities.drawn", np.maximum(stated, 0))
    has_drawdowns = np.bincount(drawdowns.facility, minlength=n) > 0
    drawn = np.where(has_drawdowns, sums(drawdowns.facility, known, n), np.maximum(stated, 0))
    counted = drawn
    if drawdowns.factor is not None:
        weighed = sums(drawdowns.facility, fraction_of(known, drawdowns.factor), n)
        counted = np.where(has_drawdowns, weighed, drawn)
    undrawn = np.maximum(np.maximum(limit, 0) - drawn, 0)
    before = counted + fraction_of(undrawn, facilities.factor)
    unknown = np.bincount(drawdowns.facility[balance == UNKNOWN], minlength=n)
    unknown += (~has_drawdowns & (stated == UNKNOWN)).astype(np.int64) + (limit == UNKNOWN)
    return np.where(facilities.is_loan, drawn, 0), before, unknown


def _check(facilities: Facilities, drawdowns: Drawdowns, borrowers: Borrowers, n_parties: int) -> None:
    n = len(facilities)
    for name in ("drawn", "currency", "factor", "matures", "is_loan", "exempt"):
        if getattr(facilities, name).shape != (n,):
            raise ValueError(f"facilities.{name} has the shape {getattr(facilities, name).shape}, not {(n,)}")
    size = drawdowns.facility.size
    for name in ("balance", "currency", "factor"):
        column: IntArray | None = getattr(drawdowns, name)
        if column is not None and column.shape != (size,):
            raise ValueError(f"drawdowns.{name} has the shape {column.shape}, not {(size,)}")
    if borrowers.party.shape != borrowers.facility.shape:
        raise ValueError(f"borrowers.party has the shape {borrowers.party.shape}, not {borrowers.facility.shape}")
    check_factors("facilities.factor", facilities.factor)
    if drawdowns.factor is not None:
        check_factors("drawdowns.factor", drawdowns.factor)
    for name, rows in (("drawdowns.facility", drawdowns.facility), ("borrowers.facility", borrowers.facility)):
        if rows.size and (int(rows.min()) < 0 or int(rows.max()) >= n):
            raise ValueError(f"{name} holds a row outside 0..{n - 1}")
    check_ordinals("borrowers.party", borrowers.party, n_parties)


def check_factors(name: str, factor: IntArray) -> None:
    """Raise ValueError when a factor is not one of 0..10^9 parts per billion."""
    if factor.size and (int(factor.min()) < 0 or int(factor.max()) > PPB):
        at = int(np.argmin(factor)) if int(factor.min()) < 0 else int(np.argmax(factor))
        raise ValueError(f"{name} holds {int(factor[at])}, not a factor of 0..10^9 parts per billion")
