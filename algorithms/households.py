"""Households: persons who live as one (DOMAIN.md 7).

What speaks for two persons being one household is a tie of one of these kinds, the strongest first: a person's
decision, declared spouses, a parent and a minor child, a joint account (all confirmed), the same home with the same
surname, the same home with the same telephone (both flagged). Nothing else does: no other kinship, no building, and no
identifier that more than k parties share.

The households are a partition: nobody is in two. Ties are taken one by one, the strongest kind first, within a kind
those between persons of one home first, then in the order of the persons; each makes one household of the two of its
ends, unless

* a person decided that somebody of the one and somebody of the other are apart, or
* each of the two has a couple, and the tie is no decision: a grown child with a spouse starts a household of its own,
  also in the parents' home, and a child of parents who live with others is in one of the two households only.

A household has at least two persons. Its head is, of its members, one with a spouse inside before the others, then one
of age, then one with a confirmed tie inside, then the oldest (an unknown birthday last), then the first in order. The
membership of the head is confirmed if confirmed ties alone lead to anybody else, that of another member if they lead
to the head.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from algorithms.columns import BoolArray, IntArray, distinct, find, joined, order_by, ranges, starts_of
from algorithms.votes import check_ordinals

DECIDED, SPOUSE, MINOR_CHILD, JOINT_ACCOUNT, HOME_AND_SURNAME, HOME_AND_PHONE = range(6)
KINDS = ("decided", "spouse", "minor child", "joint account", "address and surname", "address and phone")
"""Kinds of ties, the strongest first."""
CONFIRMED_KINDS = JOINT_ACCOUNT + 1
"""Ties of the kinds below it are confirmed."""
HEAD, MEMBER = 0, 1
ROLES = ("head", "member")
UNKNOWN_BIRTH = -(2**31)
"""Stands for a birthday that is not known; days before 1970 are negative."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of parties; both arrays have the shape (n_pairs,)."""

    one: IntArray
    other: IntArray


@dataclass(frozen=True, slots=True)
class Ties:
    """What speaks for pairs of persons; arrays have the shape (n_ties,), sorted by (kind, one, other), each row once.

    one < other: ordinals. kind: index into `KINDS`. For a minor child `one` and `other` do not tell which is the child.
    """

    one: IntArray
    other: IntArray
    kind: IntArray


@dataclass(frozen=True, slots=True)
class Households:
    """Households of at least two persons, in the order of their lowest ordinal.

    first: CSR offsets, shape (n_households + 1,). party, role, confirmed: shape (n_memberships,), parties ascending
    within a household; role: index into `ROLES`. ties: the ties inside households, whichever brought them about.
    refused: ties that join nobody, for a decision or two couples stand against them.
    """

    first: IntArray
    party: IntArray
    role: IntArray
    confirmed: BoolArray
    ties: Ties
    refused: int

    def __len__(self) -> int:
        return int(self.first.size - 1)

    def members(self, household: int) -> IntArray:
        """The persons of one household, ascending."""
        return self.party[self.first[household] : self.first[household + 1]]

    def label(self, n_parties: int) -> IntArray:
        """The household of each party, -1 for those who are in none: shape (n_parties,)."""
        found = np.full(n_parties, -1, dtype=np.int64)
        found[self.party] = np.repeat(np.arange(len(self)), np.diff(self.first))
        return found


def shared_pairs(holder: IntArray, thing: IntArray, most: int, proving: BoolArray | None = None) -> tuple[Pairs, int]:
    """The pairs of parties that share a thing (an address, a telephone, an account), and how many things are hubs.

    holder, thing: shape (n_rows,), not negative, in any order; repeated rows count once. A thing that more than `most`
    parties share is a hub and proves nothing. proving: shape (n_rows,), the rows that pairs are made of; the others
    only count towards a hub; None: all. Pairs are distinct, one < other, sorted.
    """
    width = np.int64(int(holder.max()) + 1 if holder.size else 1)
    rows = distinct(thing * width + holder)
    things = rows // width
    starts = starts_of(things)
    size = np.diff(np.append(starts, rows.size))
    crowded = things[starts][size > most]
    if proving is not None:
        rows = distinct((thing * width + holder)[proving])
    thing, holder = np.divmod(rows[~np.isin(rows // width, crowded)], width)
    first = starts_of(thing)
    end = np.repeat(np.append(first[1:], thing.size)[: first.size], np.diff(np.append(first, thing.size)))
    position, partner = ranges(np.arange(1, thing.size + 1), end)
    one, other = np.divmod(distinct(holder[position] * width + holder[partner]), width)
    return Pairs(one, other), int(crowded.size)


def home_ties(homes: Pairs, phones: Pairs, surname: IntArray) -> Ties:
    """The ties of persons who share a home and a surname, or a home and a telephone.

    surname: shape (n_parties,), a number each, -1 where not known. homes, phones: as `shared_pairs` gives them.
    """
    alike = (surname[homes.one] == surname[homes.other]) & (surname[homes.one] >= 0)
    width = np.int64(max(surname.size, 1))
    _, calling = find(phones.one * width + phones.other, homes.one * width + homes.other)
    parts = ((HOME_AND_SURNAME, alike), (HOME_AND_PHONE, calling))
    return Ties(
        joined(*(homes.one[kept] for _, kept in parts)),
        joined(*(homes.other[kept] for _, kept in parts)),
        joined(*(np.full(int(kept.sum()), kind, dtype=np.int64) for kind, kept in parts)),
    )


def ties_of(n_parties: int, pairs: dict[int, Pairs], further: Ties | None = None) -> Ties:
    """Ties of pairs by kind, with further ones: each once, in their order; a party is no tie to itself.

    Raises ValueError for ordinals out of range.
    """
    rows = [(kind, some.one, some.other) for kind, some in pairs.items()]
    kind = joined(*(np.full(one.size, code, dtype=np.int64) for code, one, _ in rows))
    ends = [joined(*(one for _, one, _ in rows)), joined(*(other for _, _, other in rows))]
    if further is not None:
        kind, ends = joined(kind, further.kind), [joined(ends[0], further.one), joined(ends[1], further.other)]
    check_ordinals("ties.one", ends[0], n_parties)
    check_ordinals("ties.other", ends[1], n_parties)
    one, other = np.minimum(*ends), np.maximum(*ends)
    own = one != other
    width = np.int64(max(n_parties, 1))
    rest, other = np.divmod(distinct((kind[own] * width + one[own]) * width + other[own]), width)
    kind, one = np.divmod(rest, width)
    return Ties(one, other, kind)


def households(ties: Ties, apart: Pairs, homes: Pairs, born: IntArray, of_age_before: int) -> Households:
    """The households that the ties make, see the module.

    ties: as `ties_of` gives them. apart: pairs that a person decided are apart. homes: as `shared_pairs` gives them.
    born: shape (n_parties,), days or UNKNOWN_BIRTH; who was born on `of_age_before` or later is a minor.
    Raises ValueError for ordinals out of range. Cost: the ties, times the logarithm of their number.
    """
    n = born.size
    check_ordinals("apart.one", apart.one, n)
    check_ordinals("apart.other", apart.other, n)
    width = np.int64(max(n, 1))
    _, at_home = find(homes.one * width + homes.other, ties.one * width + ties.other)
    order = np.lexsort((~at_home, ties.kind))
    kind, one, other = ties.kind[order], ties.one[order], ties.other[order]
    union = _Union(n, apart)
    sure = int(np.searchsorted(kind, CONFIRMED_KINDS))
    union.join(kind[:sure], one[:sure], other[:sure])
    touched = distinct(joined(ties.one, ties.other))
    sure_root = union.roots(touched)
    union.join(kind[sure:], one[sure:], other[sure:])
    root = union.roots(touched)
    lowest, label, size = np.unique(root, return_inverse=True, return_counts=True)
    real = size[label] > 1
    by_household = np.flatnonzero(real)[order_by(root[real])]
    party, root, sure_root = touched[by_household], root[by_household], sure_root[by_household]
    first = np.append(starts_of(root), root.size).astype(np.int64)
    inside = np.searchsorted(touched, ties.one), np.searchsorted(touched, ties.other)
    kept = lowest[label[inside[0]]] == lowest[label[inside[1]]]
    within = Ties(ties.one[kept], ties.other[kept], ties.kind[kept])
    role = _heads(first, party, sure_root, within, born, of_age_before)
    return Households(first, party, role, _confirmed(first, role, sure_root), within, int(np.count_nonzero(~kept)))


def _heads(
    first: IntArray, party: IntArray, sure_root: IntArray, ties: Ties, born: IntArray, of_age_before: int
) -> IntArray:
    """The role of each member."""
    coupled = ties.kind == SPOUSE
    spouses = np.isin(party, joined(ties.one[coupled], ties.other[coupled]))
    days = born[party]
    unknown = days == UNKNOWN_BIRTH
    household = np.repeat(np.arange(first.size - 1), np.diff(first))
    alone = ~_has_others(household, sure_root)
    ranked = np.lexsort((party, days, unknown, alone, days >= of_age_before, ~spouses, household))
    role = np.full(party.size, MEMBER, dtype=np.int64)
    role[ranked[first[:-1]]] = HEAD
    return role


def _confirmed(first: IntArray, role: IntArray, sure_root: IntArray) -> BoolArray:
    household = np.repeat(np.arange(first.size - 1), np.diff(first))
    of_head = sure_root[role == HEAD][household]
    found: BoolArray = (sure_root == of_head) & _has_others(household, sure_root)
    return found


def _has_others(household: IntArray, sure_root: IntArray) -> BoolArray:
    """Whether confirmed ties lead from a member to another one."""
    _, part, size = np.unique(sure_root, return_inverse=True, return_counts=True)
    assert part.shape == household.shape  # a confirmed part lies within one household
    return size[part] > 1


class _Union:
    """Persons joined one tie after the other; the lowest of a set stands for it."""

    def __init__(self, n: int, apart: Pairs) -> None:
        self._above = list(range(n))
        self._coupled: set[int] = set()
        self._apart: dict[int, set[int]] = defaultdict(set)
        for one, other in zip(apart.one.tolist(), apart.other.tolist(), strict=True):
            self._apart[one].add(other)
            self._apart[other].add(one)

    def root(self, person: int) -> int:
        above = self._above
        while above[person] != person:
            above[person] = above[above[person]]
            person = above[person]
        return person

    def roots(self, persons: IntArray) -> IntArray:
        return np.fromiter((self.root(person) for person in persons.tolist()), dtype=np.int64, count=persons.size)

    def join(self, kinds: IntArray, ones: IntArray, others: IntArray) -> None:
        """Join the ends of ties in their order."""
        for kind, one, other in zip(kinds.tolist(), ones.tolist(), others.tolist(), strict=True):
            a, b = self.root(one), self.root(other)
            if a == b:
                if kind == SPOUSE:
                    self._coupled.add(a)
                continue
            two_couples = a in self._coupled and b in self._coupled
            if (two_couples and kind != DECIDED) or self._kept_apart(a, b):
                continue
            low, high = (a, b) if a < b else (b, a)
            self._above[high] = low
            if kind == SPOUSE or high in self._coupled:
                self._coupled.add(low)
            if high in self._apart:
                self._apart[low] |= self._apart.pop(high)

    def _kept_apart(self, a: int, b: int) -> bool:
        return a in self._apart and any(self.root(person) == b for person in self._apart[a])
