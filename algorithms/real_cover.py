"""What guarantees given inside a set of parties are worth to the bank, DOMAIN.md 6.3.

Guarantees that members of a circle give each other count twice the same money: each can pay only what it has. The real
cover is the sum over members of

    min(guarantees given inside the set, own equity + outside guarantees of that member's obligations)

where a guarantee is inside when both parties are members, and outside when its debtor is one and its guarantor is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.columns import BoolArray, IntArray, distinct, find, joined, offsets, order_by, rows_of
from algorithms.guarantees import GuaranteePairs
from algorithms.money import MoneySums, check_money, money_sums
from algorithms.threshold import UNKNOWN
from algorithms.votes import check_ordinals

_MOST = np.int64(2**63 - 1)


@dataclass(frozen=True, slots=True)
class RealCover:
    """The cover of each set, in minor units.

    first, party: the sets as given (CSR), party ascending within a set. By membership, shape (n_memberships,):
    given, given_unknown: guarantees given inside the set, the sum of the known and how many are not known.
    means, means_unknown: own equity plus outside guarantees, the known part and how many parts are not known.
    real: what the member's guarantees are worth at the least; assessed: whether the unknown cannot make it more.
    By set, shape (n_sets,): nominal, nominal_unknown: guarantees given inside, known sum and how many unknown.
    total: the sum of `real`, exact where all members are assessed, else the least it can be. not_assessed: how many
    members are not.
    """

    first: IntArray
    party: IntArray
    given: IntArray
    given_unknown: IntArray
    means: IntArray
    means_unknown: IntArray
    real: IntArray
    assessed: BoolArray
    nominal: IntArray
    nominal_unknown: IntArray
    total: IntArray
    not_assessed: IntArray


def real_cover(pairs: GuaranteePairs, equity: IntArray, first: IntArray, party: IntArray) -> RealCover:
    """The real cover of sets of parties, which may overlap (circles, mutual pairs, whole components).

    equity: shape (n_parties,), minor units or UNKNOWN; a party with negative equity has none: 0. first, party: CSR of
    the sets, as circles have them (in any order). Raises ValueError for ordinals out of range, a party twice in a set,
    negative equity, sums beyond int64. Cost: the guarantees given by and for members, times a search.
    """
    n = np.int64(max(pairs.n_parties, 1))
    check_money("equity", equity, pairs.n_parties)
    check_ordinals("party", party, pairs.n_parties)
    n_sets = first.size - 1
    of_set = np.repeat(np.arange(n_sets), np.diff(first))
    key = of_set * n + party
    key = key[order_by(key)]
    if distinct(key).size < key.size:
        raise ValueError("party holds a party twice in one set")
    of_set, party = np.divmod(key, n)
    given = _inside(pairs, key, of_set, party)
    means = _means(pairs, equity, key, of_set, party)
    real = np.minimum(given.known, means.known)
    most = np.minimum(_upper(given), _upper(means))
    assessed = real == most
    nominal = money_sums("guarantees inside one set", of_set, given.known, n_sets)
    return RealCover(
        first=offsets(of_set, n_sets),
        party=party,
        given=given.known,
        given_unknown=given.unknown,
        means=means.known,
        means_unknown=means.unknown,
        real=real,
        assessed=assessed,
        nominal=nominal.known,
        nominal_unknown=money_sums("unknown guarantees", of_set, given.unknown, n_sets).known,
        total=money_sums("real cover of one set", of_set, real, n_sets).known,
        not_assessed=np.bincount(of_set[~assessed], minlength=n_sets).astype(np.int64),
    )


def _upper(amounts: MoneySums) -> IntArray:
    return np.where(amounts.unknown > 0, _MOST, amounts.known)


def _inside(pairs: GuaranteePairs, key: IntArray, of_set: IntArray, party: IntArray) -> MoneySums:
    """What each member guarantees of the debts of other members of its set."""
    by_guarantor = offsets(pairs.guarantor, pairs.n_parties)
    at, row = rows_of(by_guarantor, party)
    _, inside = find(key, of_set[at] * np.int64(max(pairs.n_parties, 1)) + pairs.debtor[row])
    return _sums("guarantees given inside a set", at[inside], pairs, row[inside], key.size)


def _means(pairs: GuaranteePairs, equity: IntArray, key: IntArray, of_set: IntArray, party: IntArray) -> MoneySums:
    """What each member has to pay with: its equity, and what parties outside its set guarantee of its debts."""
    order = order_by(pairs.debtor)
    at, place = rows_of(offsets(pairs.debtor[order], pairs.n_parties), party)
    row = order[place]
    _, inside = find(key, of_set[at] * np.int64(max(pairs.n_parties, 1)) + pairs.guarantor[row])
    outside = _sums("outside guarantees of a member", at[~inside], pairs, row[~inside], key.size)
    own = equity[party]
    index = np.tile(np.arange(key.size), 2)
    total = money_sums("equity and outside guarantees of a member", index, joined(own, outside.known), key.size)
    return MoneySums(total.known, outside.unknown + (own == UNKNOWN))


def _sums(name: str, index: IntArray, pairs: GuaranteePairs, row: IntArray, n: int) -> MoneySums:
    known = money_sums(name, index, pairs.known[row], n).known
    return MoneySums(known, money_sums(name, index, pairs.unknown[row], n).known)
