"""The kin rule: what a main individual investor or key manager controls together with close kin.

China, group credit guideline Art. 3 (DOMAIN.md 4): companies that such a person controls, alone or jointly with close
kin, are one group; a company that the kin control without that person taking part is flagged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.columns import BoolArray, IntArray, joined, order_by, starts_of
from algorithms.control import Control
from algorithms.explore import explore
from algorithms.votes import check_ordinals


@dataclass(frozen=True, slots=True)
class Kin:
    """Kinship; all arrays have the shape (n_kin,), each pair in either order.

    person, relative: party ordinals. lineal: in direct line (spouses: lineal, 0 generations), else collateral.
    generations: how far apart, from 0 on.
    """

    person: IntArray
    relative: IntArray
    lineal: BoolArray
    generations: IntArray


@dataclass(frozen=True, slots=True)
class KinControl:
    """Companies controlled by a main person with close kin, sorted by (person, company); arrays have one shape.

    joint: the person takes part (holds votes in it, itself or through what is jointly controlled, or a declared
    basis); else the kin control it alone.
    """

    person: IntArray
    company: IntArray
    joint: BoolArray


def close_kin(kin: Kin, n_parties: int, lineal: int, collateral: int) -> tuple[IntArray, IntArray]:
    """The pairs (person, relative) that are close, in both orders. Raises ValueError for columns that do not fit."""
    size = kin.person.size
    for name in ("person", "relative", "lineal", "generations"):
        column: IntArray = getattr(kin, name)
        if column.shape != (size,):
            raise ValueError(f"kin.{name} has the shape {column.shape}, not {(size,)}")
    check_ordinals("kin.person", kin.person, n_parties)
    check_ordinals("kin.relative", kin.relative, n_parties)
    if size and int(kin.generations.min()) < 0:
        raise ValueError(f"kin.generations are 0 or more, not {int(kin.generations.min())}")
    close = (kin.generations <= np.where(kin.lineal, lineal, collateral)) & (kin.person != kin.relative)
    one, two = kin.person[close], kin.relative[close]
    return np.concatenate((one, two)), np.concatenate((two, one))


def kin_control(control: Control, kin: Kin, main_person: BoolArray, lineal: int = 3, collateral: int = 2) -> KinControl:
    """What each main person controls with close kin: person and kin together as one controller.

    main_person: shape (n_parties,). What the person controls alone is in it too (joint).
    Cost: the stakes held by what the persons, with their kin, control.
    """
    person, relative = close_kin(kin, control.n_parties, lineal, collateral)
    kept = main_person[person]
    person, relative = person[kept], relative[kept]
    mains = np.unique(person)
    reach = explore(control.structure.tests, joined(mains, person), joined(mains, relative), together=True)
    found = reach.round > 0
    unit, company = reach.unit[found], reach.node[found]
    kept = company < control.n_parties
    unit, company = unit[kept], company[kept]
    return KinControl(unit, company, _takes_part(control, unit, company))


def _takes_part(control: Control, unit: IntArray, company: IntArray) -> BoolArray:
    """For each (main person, company), sorted: whether the person or a company it takes part in holds votes there."""
    table, bases = control.table, control.bases
    holdings = _Holdings(table.company, table.holder, bases.controlled, bases.controller)
    joint = np.zeros(unit.size, dtype=np.bool_)
    starts = starts_of(unit).tolist()
    for start, end in zip(starts, [*starts[1:], unit.size][: len(starts)], strict=True):
        companies = company[start:end]
        inside = set(companies.tolist())
        below: dict[int, list[int]] = {}
        for lower in inside:
            for holder in holdings.of(lower):
                below.setdefault(holder, []).append(lower)
        main = int(unit[start])
        part, todo = {main}, [main]
        while todo:
            fresh = [lower for lower in below.get(todo.pop(), ()) if lower not in part]
            part.update(fresh)
            todo.extend(fresh)
        joint[start:end] = [lower in part for lower in companies.tolist()]
    return joint


class _Holdings:
    """Who holds votes in a company or a declared basis over it."""

    def __init__(self, company: IntArray, holder: IntArray, controlled: IntArray, controller: IntArray) -> None:
        order = order_by(controlled)
        self._sides = ((company, holder), (controlled[order], controller[order]))

    def of(self, company: int) -> list[int]:
        """The holders, in no order."""
        out: list[int] = []
        for ordered, holders in self._sides:
            start, end = np.searchsorted(ordered, (company, company + 1))
            out += holders[start:end].tolist()
        return out
