"""Guarantees as columns: checked, zeros left out, summed by pair with the unknown kept apart (DOMAIN.md 6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.columns import IntArray, offsets, order_by, starts_of
from algorithms.money import check_money, money_sums
from algorithms.votes import check_ordinals


@dataclass(frozen=True, slots=True)
class Guarantees:
    """Guarantees, one a row. All arrays have the shape (n_guarantees,).

    guarantor, debtor: party ordinals. amount: minor units of one currency (converted before), or UNKNOWN.
    Joint guarantors of one debt stand in a row each, with the amount that each can be called for.
    """

    guarantor: IntArray
    debtor: IntArray
    amount: IntArray


@dataclass(frozen=True, slots=True)
class CountedRows:
    """row: the rows that count, ascending. zero: how many rows were left out for an amount of zero.

    to_itself: how many were left out since a party guarantees its own debt, which adds nothing.
    """

    row: IntArray
    zero: int
    to_itself: int


def counted_rows(guarantees: Guarantees, n_parties: int) -> CountedRows:
    """The guarantees that count: unknown amounts do, zeros and guarantees of the own debt do not.

    Raises ValueError for ordinals out of range, shapes that differ, amounts below 0 that are not UNKNOWN.
    """
    size = guarantees.guarantor.size
    if guarantees.debtor.shape != (size,):
        raise ValueError(f"guarantees.debtor has the shape {guarantees.debtor.shape}, not {(size,)}")
    check_ordinals("guarantees.guarantor", guarantees.guarantor, n_parties)
    check_ordinals("guarantees.debtor", guarantees.debtor, n_parties)
    check_money("guarantees.amount", guarantees.amount, size)
    zero = guarantees.amount == 0
    own = ~zero & (guarantees.guarantor == guarantees.debtor)
    return CountedRows(np.flatnonzero(~zero & ~own), int(zero.sum()), int(own.sum()))


@dataclass(frozen=True, slots=True)
class GuaranteePairs:
    """Guarantees summed by (guarantor, debtor), sorted by that, without zeros and the guarantees of own debts.

    guarantor, debtor: party ordinals. known: the sum of the known amounts. unknown: how many amounts are not known; the
    sum of a pair is known only where this is 0. All of the shape (n_pairs,).
    first: CSR offsets by pair, shape (n_pairs + 1,), into `row`: the rows of the guarantees behind each pair.
    """

    n_parties: int
    guarantor: IntArray
    debtor: IntArray
    known: IntArray
    unknown: IntArray
    first: IntArray
    row: IntArray
    zero: int
    to_itself: int

    def __len__(self) -> int:
        return int(self.guarantor.size)

    def key(self) -> IntArray:
        """One ascending number for each pair: guarantor * n_parties + debtor."""
        key: IntArray = self.guarantor * np.int64(self.n_parties) + self.debtor
        return key

    def rows(self, pair: int) -> IntArray:
        """The rows of the guarantees of one pair, ascending: the evidence."""
        return self.row[self.first[pair] : self.first[pair + 1]]


def guarantee_pairs(guarantees: Guarantees, n_parties: int) -> GuaranteePairs:
    """Sum guarantees by pair.

    Raises ValueError as `counted_rows`, and when the sum of a pair does not fit int64. Cost: sorting the guarantees.
    """
    counted = counted_rows(guarantees, n_parties)
    width = np.int64(max(n_parties, 1))
    key = guarantees.guarantor[counted.row] * width + guarantees.debtor[counted.row]
    order = order_by(key)
    key, row = key[order], counted.row[order]
    starts = starts_of(key)
    pair = np.repeat(np.arange(starts.size), np.diff(np.append(starts, key.size)))
    total = money_sums("guarantees.amount of one pair", pair, guarantees.amount[row], starts.size)
    guarantor, debtor = np.divmod(key[starts], width)
    return GuaranteePairs(
        n_parties=n_parties,
        guarantor=guarantor,
        debtor=debtor,
        known=total.known,
        unknown=total.unknown,
        first=offsets(pair, starts.size),
        row=row,
        zero=counted.zero,
        to_itself=counted.to_itself,
    )
