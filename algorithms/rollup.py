"""Organisation units under each other: what stands above each, how deep, and where they stand in a circle.

A unit may stand under several, and circles are legal input: every function ends on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Parents = Mapping[str, Iterable[str]]
"""Units with those directly above each."""


def above(parents: Parents) -> dict[str, frozenset[str]]:
    """Each unit with all units above it, itself among them. Units of a circle stand above each other.

    What lies below several ways counts once: a unit's total is that of all whose own units have it above them.
    """
    return {unit: frozenset(_walk(unit, parents)) for unit in _units(parents)}


def levels(parents: Parents) -> dict[str, int | None]:
    """How deep each unit stands by the shortest way: 1 at the top. None where no top is above it (circles)."""
    children: dict[str, list[str]] = {}
    for unit, over in parents.items():
        for one in over:
            children.setdefault(one, []).append(unit)
    units = _units(parents)
    row = [unit for unit in units if not set(parents.get(unit, ()))]
    found: dict[str, int | None] = dict.fromkeys(units)
    level = 1
    while row:
        found |= dict.fromkeys(row, level)
        row = sorted({child for unit in row for child in children.get(unit, ()) if found[child] is None})
        level += 1
    return found


def in_circles(parents: Parents) -> frozenset[str]:
    """Units that stand above themselves."""
    over = above(parents)
    return frozenset(unit for unit in over if any(unit in over[one] for one in parents.get(unit, ())))


def _units(parents: Parents) -> list[str]:
    return sorted({*parents, *(one for over in parents.values() for one in over)})


def _walk(unit: str, parents: Parents) -> set[str]:
    seen = {unit}
    ahead = [unit]
    while ahead:
        for one in parents.get(ahead.pop(), ()):
            if one not in seen:
                seen.add(one)
                ahead.append(one)
    return seen
