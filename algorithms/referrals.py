"""Referral chains (转介链), DOMAIN.md 8: who brought whom, which referrals count, and who is credited for purchases.

Each party has one referrer: that of its first valid referral in time. Referrals are looked at by their day, those of
one day in the order of the rows, and each is, in this order of tests,

- `self_referral` where referrer and referred are the same party or of one household, or the referrer controls the
  referred company;
- `undated` where its day is not known, for then nothing can be said of its order;
- `not_first` where the party has a referrer already;
- `loop` where the referrer was brought, over one or more valid referrals, by the party it refers;
- else valid. Only valid referrals earn something.

What a party buys is credited to its referrer, where the referral came before the purchase, to who referred that one,
where that referral came before the other, and so on up to the first that is out of order. Days tell no order within
them: what is of the same day is in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from algorithms.columns import BoolArray, IntArray, distinct, find, order_by, rows_of, sums
from algorithms.columns import offsets as offsets_of
from algorithms.currency import check_amounts, check_total
from algorithms.threshold import UNKNOWN
from algorithms.votes import check_ordinals

FLAGS = ("", "self_referral", "undated", "not_first", "loop")
"""What a flag stands for; "" is a valid referral."""
VALID, SELF_REFERRAL, UNDATED, NOT_FIRST, LOOP = range(5)

_NOBODY = -1
_LONG = 62
"""Over chains longer than this the weights of halving are plain powers of a half, as values are below 2^62."""


@dataclass(frozen=True, slots=True)
class Referrals:
    """Columns of the shape (n_referrals,): referrer and referred are party ordinals; day: whole days since any day, or
    UNKNOWN. Rows stand in the order in which those of one day are looked at."""

    referrer: IntArray
    referred: IntArray
    day: IntArray

    def __len__(self) -> int:
        return int(self.referrer.size)


@dataclass(frozen=True, slots=True)
class Purchases:
    """Columns of the shape (n_purchases,). day: as in `Referrals`, always known. value: minor units, or UNKNOWN."""

    buyer: IntArray
    day: IntArray
    value: IntArray


@dataclass(frozen=True)
class ReferralTrees:
    """Which referrals are valid, and the trees that these make.

    n_parties: how many ordinals there are. flag: shape (n_referrals,), index into `FLAGS`. row: shape (n_parties,), the
    valid referral of each party, or -1.
    """

    referrals: Referrals
    n_parties: int
    flag: IntArray
    row: IntArray

    @cached_property
    def referrer(self) -> IntArray:
        """The referrer of each party, or -1, shape (n_parties,)."""
        return np.where(self.row >= 0, self.referrals.referrer[self.row], _NOBODY) if len(self.referrals) else self.row

    @cached_property
    def above(self) -> IntArray:
        """For each valid referral that by which its referrer was brought, where that was not later; else -1.

        Shape (n_referrals,).
        """
        out = np.full(len(self.referrals), _NOBODY, dtype=np.int64)
        valid = np.flatnonzero(self.flag == VALID)
        above = self.row[self.referrals.referrer[valid]]
        there = above >= 0
        valid, above = valid[there], above[there]
        in_order = self.referrals.day[above] <= self.referrals.day[valid]
        out[valid[in_order]] = above[in_order]
        return out

    @cached_property
    def position(self) -> IntArray:
        """How many valid referrals lead to each party from the head of its tree, in any order; shape (n_parties,)."""
        return steps_up(self.referrer)

    @cached_property
    def below(self) -> TreesBelow:
        """What each party brought."""
        size, depth = [0] * self.n_parties, [0] * self.n_parties
        referrer = self.referrer.tolist()
        for party in np.argsort(-self.position, kind="stable").tolist():
            above = referrer[party]
            if above >= 0:
                size[above] += size[party] + 1
                depth[above] = max(depth[above], depth[party] + 1)
        direct = np.bincount(self.referrer[self.referrer >= 0], minlength=self.n_parties).astype(np.int64)
        return TreesBelow(direct, np.asarray(size, dtype=np.int64), np.asarray(depth, dtype=np.int64))

    def chain(self, party: int) -> list[int]:
        """Rows of the valid referrals that lead to a party from the head of its tree, in any order of time."""
        rows: list[int] = []
        while (row := int(self.row[party])) >= 0:
            rows.append(row)
            party = int(self.referrals.referrer[row])
        return rows[::-1]


@dataclass(frozen=True, slots=True)
class TreesBelow:
    """direct: parties that each party referred validly itself. size: all below it. depth: most referrals one after the
    other, in any order of time. All of the shape (n_parties,)."""

    direct: IntArray
    size: IntArray
    depth: IntArray


def referral_trees(referrals: Referrals, own: BoolArray, n_parties: int) -> ReferralTrees:
    """Tell valid referrals from the flagged ones.

    own: shape (n_referrals,), whether referrer and referred are of one household or the referrer controls the
    referred (`same_household`); a party that refers itself need not be among them.
    Raises ValueError for ordinals out of range and shapes that differ. Cost: a sort and one pass.
    """
    for name, column in (("referrer", referrals.referrer), ("referred", referrals.referred)):
        check_ordinals(name, column, n_parties)
    for name, other in (("referred", referrals.referred), ("day", referrals.day), ("own", own)):
        if other.shape != referrals.referrer.shape:
            raise ValueError(f"{name} has the shape {other.shape}, not {referrals.referrer.shape}")
    flag = np.zeros(len(referrals), dtype=np.int64)
    flag[referrals.day == UNKNOWN] = UNDATED
    flag[own | (referrals.referrer == referrals.referred)] = SELF_REFERRAL
    rows = np.flatnonzero(flag == VALID)
    rows = rows[np.argsort(referrals.day[rows], kind="stable")]
    row = np.full(n_parties, _NOBODY, dtype=np.int64)
    named = distinct(np.concatenate((referrals.referrer[rows], referrals.referred[rows])))
    one, other = (find(named, column[rows])[0] for column in (referrals.referrer, referrals.referred))
    flag[rows], row[named] = _settled(rows, one, other, named.size)
    return ReferralTrees(referrals, n_parties, flag, row)


def _settled(rows: IntArray, referrer: IntArray, referred: IntArray, n: int) -> tuple[IntArray, IntArray]:
    """Flags of referrals in their order, and the row of each party's valid one. Heads are found over shortened ways."""
    toward = list(range(n))
    flags, row_of = [VALID] * rows.size, [_NOBODY] * n
    for place, (row, one, other) in enumerate(zip(rows.tolist(), referrer.tolist(), referred.tolist(), strict=True)):
        if row_of[other] >= 0:
            flags[place] = NOT_FIRST
            continue
        while toward[one] != one:
            toward[one] = one = toward[toward[one]]
        if one == other:
            flags[place] = LOOP
        else:
            row_of[other] = row
            toward[other] = one
    return np.asarray(flags, dtype=np.int64), np.asarray(row_of, dtype=np.int64)


def same_household(referrals: Referrals, party: IntArray, household: IntArray) -> BoolArray:
    """Whether referrer and referred are of one household, shape (n_referrals,).

    party, household: shape (n_memberships,), in any order; a party may be in several. Households are numbered from 0.
    """
    out = np.zeros(len(referrals), dtype=np.bool_)
    if not party.size:
        return out
    order = order_by(party)
    parties, homes = party[order], household[order]
    n = int(max(parties[-1], referrals.referrer.max(initial=0), referrals.referred.max(initial=0))) + 1
    first = offsets_of(parties, n)
    at, row = rows_of(first, referrals.referrer)
    width = np.int64(int(homes.max()) + 1)
    keys = distinct(parties * width + homes)
    _, shared = find(keys, referrals.referred[at] * width + homes[row])
    out[at[shared]] = True
    return out


def steps_up(above: IntArray) -> IntArray:
    """How many steps lead from each place to one without any above it; shape as `above` (places, or -1).

    Cost: doubling steps, so that even one long chain takes few passes.
    """
    steps, at = (above >= 0).astype(np.int64), above.copy()
    going = np.flatnonzero(at >= 0)
    while going.size:
        steps[going] += steps[at[going]]
        at[going] = at[at[going]]
        going = going[at[going] >= 0]
    return steps


@dataclass(frozen=True, slots=True)
class Credits:
    """What each party is credited with, minor units, shape (n_parties,): by the three methods.

    purchases: how many were credited to it as the nearest. unknown: how many were made below it, in chains that count,
    whose value is not known: nothing is credited for them.
    """

    nearest: IntArray
    even: IntArray
    halving: IntArray
    purchases: IntArray
    unknown: IntArray


def credits(trees: ReferralTrees, purchases: Purchases) -> Credits:
    """Credit for purchases up the chains of their buyers.

    nearest: all to the buyer's referrer. even: the same to all of the chain. halving: 1, 1/2, 1/4 … from the buyer
    back, scaled to the whole. Shares are whole minor units, rounded down; what remains goes to the nearest.
    Raises ValueError for values below 0 (UNKNOWN apart), for sums of 2^62 and more, ordinals out of range, shapes that
    differ. Cost: linear in referrals and purchases, times at most 62 for halving.
    """
    check_ordinals("buyer", purchases.buyer, trees.n_parties)
    for name, column in (("day", purchases.day), ("value", purchases.value)):
        if column.shape != purchases.buyer.shape:
            raise ValueError(f"{name} has the shape {column.shape}, not {purchases.buyer.shape}")
    check_amounts("value", purchases.value)
    check_total("value", np.maximum(purchases.value, 0))
    link = trees.row[purchases.buyer]
    counts = link >= 0
    counts[counts] = trees.referrals.day[link[counts]] <= purchases.day[counts]
    link, value = link[counts], purchases.value[counts]
    is_known = value != UNKNOWN
    size = len(trees.referrals)
    unknown = np.bincount(link[~is_known], minlength=size).astype(np.int64)
    number = np.bincount(link, minlength=size).astype(np.int64)
    link, value = link[is_known], value[is_known]
    steps = steps_up(trees.above)
    of_all, rest = np.divmod(value, steps[link] + 1)
    each = (
        sums(link, value, size),
        _carried_up(sums(link, of_all, size), trees.above, steps) + sums(link, rest, size),
        _halved(link, value, trees.above, steps),
        number,
        _carried_up(unknown, trees.above, steps),
    )
    return Credits(*(sums(trees.referrals.referrer, column, trees.n_parties) for column in each))


def _carried_up(own: IntArray, above: IntArray, steps: IntArray) -> IntArray:
    """Of each referral the sum of its own and of all from which it is reached going up."""
    total, toward = own.tolist(), above.tolist()
    for row in np.argsort(-steps, kind="stable").tolist():
        if toward[row] >= 0:
            total[toward[row]] += total[row]
    return np.asarray(total, dtype=np.int64)


def _halved(link: IntArray, value: IntArray, above: IntArray, steps: IntArray) -> IntArray:
    """Of n links of a chain that k (from 0) steps up gets value x 2^(n-1-k) / (2^n - 1), rounded down.

    That is value x 2^n / (2^n - 1) shifted by k + 1, and the first factor is value + value / (2^n - 1).
    """
    out = np.zeros(above.size, dtype=np.int64)
    n = steps[link] + 1
    np.add.at(out, link[n == 1], value[n == 1])
    link, value, n = link[n > 1], value[n > 1], n[n > 1]
    left = value + np.where(n > _LONG, 0, value // ((np.int64(1) << np.minimum(n, _LONG)) - 1))
    rest, at = value.copy(), link
    live = np.arange(link.size)
    while live.size:
        left[live] >>= 1
        np.add.at(out, at[live], left[live])
        rest[live] -= left[live]
        at = at.copy()
        at[live] = above[at[live]]
        live = live[(at[live] >= 0) & (left[live] > 0)]
    np.add.at(out, link, rest)
    return out


@dataclass(frozen=True, slots=True)
class Chains:
    """Ways from the head of a tree to each of its last parties, by those (ascending).

    first: CSR offsets, shape (n_chains + 1,). party: shape (n_rows,), in the order of the chain. late: whether the
    referral of that party is later than that of the next one, so that it earns nothing of what follows.
    left_out: how many chains there are beyond those listed.
    """

    first: IntArray
    party: IntArray
    late: BoolArray
    left_out: int

    def __len__(self) -> int:
        return int(self.first.size) - 1


def referral_chains(trees: ReferralTrees, most_rows: int = 5_000_000) -> Chains:
    """All chains, those past `most_rows` rows together left out."""
    last = np.flatnonzero((trees.row >= 0) & (trees.below.direct == 0))
    ends = np.cumsum(trees.position[last] + 1)
    kept = last[ends <= most_rows]
    first = np.concatenate((np.zeros(1, dtype=np.int64), ends[: kept.size]))
    party = np.fromiter(_ways_up(kept, trees.referrer), np.int64, int(first[-1]))
    chain = np.repeat(np.arange(kept.size), np.diff(first))
    party = party[first[chain] + first[chain + 1] - 1 - np.arange(party.size)]
    late = np.zeros(party.size, dtype=np.bool_)
    inner = np.flatnonzero((chain[1:] == chain[:-1]) & (trees.row[party[:-1]] >= 0))
    late[inner] = trees.above[trees.row[party[inner + 1]]] < 0
    return Chains(first, party, late, int(last.size - kept.size))


def _ways_up(last: IntArray, referrer: IntArray) -> Iterator[int]:
    above = referrer.tolist()
    for party in last.tolist():
        while party >= 0:
            yield party
            party = above[party]
