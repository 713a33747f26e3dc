"""Households and families by their definitions taken literally, over sets of persons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

Pair = tuple[int, int]
DECIDED, SPOUSE = 0, 1
CONFIRMED_KINDS = 4


def shared(rows: Iterable[Pair], most: int) -> set[Pair]:
    """Pairs of holders of a thing that at most `most` have. rows: (holder, thing)."""
    holders = defaultdict(set)
    for holder, thing in rows:
        holders[thing].add(holder)
    return {pair for some in holders.values() if len(some) <= most for pair in combinations(sorted(some), 2)}


@dataclass
class Household:
    """Members, whose membership is confirmed, and the head."""

    members: frozenset[int]
    confirmed: frozenset[int]
    head: int


def partition(
    ties: Sequence[tuple[int, int, int]], apart: Iterable[Pair], homes: set[Pair], persons: int
) -> list[set[int]]:
    """The sets of persons, those alone too. ties: (kind, one, other)."""
    sets: list[set[int]] = [{person} for person in range(persons)]
    couples: list[Pair] = []
    for kind, one, other in sorted(ties, key=lambda tie: (tie[0], tie[1:] not in homes, tie[1:])):
        left = next(some for some in sets if one in some)
        right = next(some for some in sets if other in some)
        both = left | right
        if any(a in both and b in both for a, b in apart if (a in left) != (b in left)):
            continue
        coupled = [any(set(couple) <= some for couple in couples) for some in (left, right)]
        if left is not right and all(coupled) and kind != DECIDED:
            continue
        sets = [some for some in sets if some not in (left, right)] + [both]
        if kind == SPOUSE:
            couples.append((one, other))
    return sets


def households(
    ties: Sequence[tuple[int, int, int]],
    apart: Sequence[Pair],
    homes: set[Pair],
    born: Sequence[int | None],
    of_age: int,
) -> list[Household]:
    """Those of at least two, by their lowest member."""
    found = []
    sure = partition([tie for tie in ties if tie[0] < CONFIRMED_KINDS], apart, homes, len(born))
    for members in partition(ties, apart, homes, len(born)):
        if len(members) < 2:
            continue
        part = {one: next(some for some in sure if one in some) for one in members}
        spouses = {p for kind, a, b in ties if kind == SPOUSE and {a, b} <= members for p in (a, b)}

        def rank(one: int, part: dict[int, set[int]] = part, spouses: set[int] = spouses) -> tuple[object, ...]:
            day = born[one]
            minor = day is not None and day >= of_age
            return one not in spouses, minor, len(part[one]) == 1, day is None, day or 0, one

        head = min(members, key=rank)
        confirmed = frozenset(one for one in members if len(part[one]) > 1 and part[one] is part[head])
        found.append(Household(frozenset(members), confirmed, head))
    return sorted(found, key=lambda one: min(one.members))


def families(
    units: Sequence[frozenset[int]], kin: Iterable[Pair], control: Callable[[frozenset[int]], set[int]]
) -> list[tuple[set[int], set[int]]]:
    """Persons and companies of each family. units: the households, those of one person too."""
    of = {person: unit for unit in units for person in unit}
    tied = {frozenset((of[a], of[b])) for a, b in kin if of[a] != of[b]}
    owning = [unit for unit in units if control(unit)]
    left, found = set(owning), []
    while left:
        core = {left.pop()}
        while more := {unit for unit in left if any(frozenset((unit, one)) in tied for one in core)}:
            core |= more
            left -= more
        whole = core | {unit for unit in units if any(frozenset((unit, one)) in tied for one in core)}
        if len(whole) > 1:
            persons = {person for unit in whole for person in unit}
            found.append((persons, control(frozenset(persons))))
    return sorted(found, key=lambda one: sorted(one[0]))
