"""Families: the kin of several households with the companies they control (DOMAIN.md 7, 高净值客户家族).

A household owns where its members together control a company. Owning households tied by declared kin of any degree are
one family, and the tie chains from one owning household to the next. Households without a company that are kin of an
owning one belong to the family as well, but nothing chains on through them: most people are somebody's kin, and without
that stop a whole town would be one family. So such a household may be in several families, an owning one is in one.
A family spans at least two households; a person alone counts as a household. Its companies are those that all its
persons control together.

A person's place in a family is confirmed if it is kin of somebody of another household of the family, or confirmed in
its own household; a company's, if the confirmed persons alone control it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from algorithms.columns import BoolArray, IntArray, distinct, joined, offsets, order_by, ranges, rows_of, starts_of
from algorithms.control import Control
from algorithms.explore import explore
from algorithms.households import UNKNOWN_BIRTH, Pairs
from algorithms.votes import check_ordinals


@dataclass(frozen=True, slots=True)
class Family:
    """persons, companies: ordinals, ascending, with whether each is confirmed. head: of its persons who control a
    company alone, the one who controls most, then the oldest, then the first; where nobody does, by age.
    """

    persons: IntArray
    persons_confirmed: BoolArray
    companies: IntArray
    companies_confirmed: BoolArray
    head: int


def families(
    household: IntArray, confirmed: BoolArray, persons: BoolArray, kin: Pairs, control: Control, born: IntArray
) -> tuple[Family, ...]:
    """The families, in the order of their lowest person.

    household: shape (n_parties,), the household of each party, -1 for those who are in none. confirmed: whether
    the membership is; without meaning for those alone. persons: who is a natural person. kin: declared kin, in
    any order. born: days or UNKNOWN_BIRTH. Raises ValueError for ordinals out of range.
    Cost: what the households of kin hold.
    """
    n = control.n_parties
    check_ordinals("kin.one", kin.one, n)
    check_ordinals("kin.other", kin.other, n)
    unit = np.where(household >= 0, household, int(household.max(initial=-1)) + 1 + np.arange(household.size))
    across = persons[kin.one] & persons[kin.other] & (unit[kin.one] != unit[kin.other])
    one, other = joined(kin.one[across], kin.other[across]), joined(kin.other[across], kin.one[across])
    of_unit = _Units(unit, persons)
    at, person = of_unit.persons(related := distinct(unit[one]))
    owning = distinct(_controlled(control, persons, related[at], person)[0])
    family, units = _spans(owning, unit[one], unit[other])
    at, person = of_unit.persons(units)
    family_of = family[at]
    width = np.int64(max(n, 1))
    near = _kin_inside(family, units, unit, one, other)
    sure = (confirmed & (household >= 0))[person] | np.isin(family_of * width + person, near)
    held = _controlled(control, persons, family_of, person)
    surely = _controlled(control, persons, family_of[sure], person[sure])
    alone = np.bincount(_controlled(control, persons, person, person)[0], minlength=n)
    firm = np.isin(held[0] * width + held[1], surely[0] * width + surely[1])
    numbers = np.arange(int(family.max(initial=-1)) + 2)
    first, first_held = np.searchsorted(family_of, numbers), np.searchsorted(held[0], numbers)
    found = []
    for k in numbers[:-1].tolist():
        mine, companies = np.arange(first[k], first[k + 1]), np.arange(first_held[k], first_held[k + 1])
        mine = mine[order_by(person[mine])]
        who = person[mine]
        day = born[who]
        head = who[np.lexsort((who, day, day == UNKNOWN_BIRTH, -alone[who]))[0]]
        found.append(Family(who, sure[mine], held[1][companies], firm[companies], int(head)))
    return tuple(sorted(found, key=lambda each: each.persons.tolist()))


class _Units:
    """Persons by household."""

    def __init__(self, unit: IntArray, persons: BoolArray) -> None:
        who = np.flatnonzero(persons)
        self._person = who[order_by(unit[who])]
        self._first = offsets(unit[self._person], int(unit.max(initial=-1)) + 1)

    def persons(self, units: IntArray) -> tuple[IntArray, IntArray]:
        """(position in `units`, person)."""
        at, row = rows_of(self._first, units)
        return at, self._person[row]


def _controlled(control: Control, persons: BoolArray, unit: IntArray, person: IntArray) -> tuple[IntArray, IntArray]:
    """(unit, company) that the persons of each unit control together, sorted."""
    reach = explore(control.structure.tests, unit, person, together=True)
    kept = (reach.round > 0) & (reach.node < control.n_parties)
    unit, company = reach.unit[kept], reach.node[kept]
    real = ~persons[company]
    return unit[real], company[real]


def _spans(owning: IntArray, one: IntArray, other: IntArray) -> tuple[IntArray, IntArray]:
    """(family, household), sorted: owning households that kin ties chain, with those one tie away."""
    mine = np.isin(one, owning)
    chained = mine & np.isin(other, owning)
    at, to = np.searchsorted(owning, one[chained]), np.searchsorted(owning, other[chained])
    size = owning.size
    graph = csr_array((np.ones(at.size, dtype=np.int8), (at, to)), shape=(size, size))
    part = connected_components(graph, directed=False)[1].astype(np.int64) if size else owning
    family = joined(part, part[np.searchsorted(owning, one[mine])])
    unit = joined(owning, other[mine])
    width = np.int64(max(int(unit.max(initial=0)) + 1, 1))
    family, unit = np.divmod(distinct(family * width + unit), width)
    several = np.bincount(family, minlength=1)[family] > 1
    family, unit = family[several], unit[several]
    return np.searchsorted(family[starts_of(family)], family), unit


def _kin_inside(family: IntArray, units: IntArray, unit: IntArray, one: IntArray, other: IntArray) -> IntArray:
    """Keys (family * n + person) of those who are kin of somebody of another household of the family."""
    n = np.int64(max(unit.size, 1))
    order = order_by(units)
    ordered = units[order]
    start, end = np.searchsorted(ordered, unit[one], side="left"), np.searchsorted(ordered, unit[one], side="right")
    at, row = ranges(start, end)
    of = family[order[row]]
    span = np.int64(max(int(unit.max(initial=0)) + 1, 1))
    kept = np.isin(of * span + unit[other[at]], family * span + units)
    return distinct(of[kept] * n + one[at[kept]])
