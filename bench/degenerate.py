"""Shapes that break algorithms written for banks as they usually are: how long each takes, and in how much memory.

A chain of 100,000 companies (its 5 billion pairs of control are counted, never listed), a star of 200,000, a ring of
50,000, a complete cross-holding of 300, and 5,000 parties that guarantee each other round about. Each step ends, or
says why it stopped. The links of a shape are taken as holdings, as flagged dependence, and as guarantees. Every shape
has a process of its own. With a smaller demo bank the shapes are smaller too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from algorithms.close_links import close_links
from algorithms.connected import connected_groups
from algorithms.connections import Dependence, plain_parties
from algorithms.contagion import contagion
from algorithms.control import Control, control
from algorithms.groups import control_groups
from algorithms.guarantee_chains import guarantee_chains
from algorithms.guarantee_circles import guarantee_circles
from algorithms.guarantees import Guarantees
from algorithms.ownership import integrated_ownership
from algorithms.ownership_rows import TooManyPairs
from algorithms.real_cover import real_cover
from algorithms.threshold import PPB
from algorithms.votes import ControlRule, Stakes
from bench.apart import Measured, apart, measured
from bench.bank import Bank
from bench.control import World, chain, complete, ring, star
from bench.figures import Figure
from bench.guarantees import component
from loaders.demo.sizes import Size

PART: dict[Size, int] = {"small": 100, "medium": 10, "large": 1}
"""By what the sizes are divided."""
YEAR = 365


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape at its full size. The steps are told by the measured function."""

    name: str
    make: Callable[[int], World]
    size: int


SHAPES = (
    Shape("chain", chain, 100_000),
    Shape("star", star, 200_000),
    Shape("ring", ring, 50_000),
    Shape("complete cross-holding", complete, 300),
)
COMPONENT = 5_000


def measure(bank: Bank) -> Iterator[Figure]:
    """Of the bank only the size matters: the shapes are made here."""
    part = PART[bank.size]
    for shape in SHAPES:
        size = max(shape.size // part, 10)
        for step, taken in apart(_of_shape, shape.make, size).items():
            yield Figure(f"{shape.name} of {size:,}: {step}", taken.wall_s, "s", None, taken.told)
    size = COMPONENT // part
    for step, taken in apart(_of_component, size).items():
        yield Figure(f"guarantee component of {size:,}: {step}", taken.wall_s, "s", None, taken.told)


def _of_shape(make: Callable[[int], World], size: int) -> dict[str, Measured]:
    world = make(size)
    settled: list[Control] = []

    def controlled() -> str:
        settled.append(control(world.stakes, world.n_parties, ControlRule(world.threshold)))
        return f"{settled[0].n_pairs:,} pairs counted"

    taken = {"control": measured(controlled)}
    taken["control groups"] = measured(lambda: _of_control(settled[0]))
    taken["groups of connected clients"] = measured(lambda: _of_connected(settled[0], world))
    taken["integrated ownership"] = measured(lambda: _of_ownership(world))
    taken["close links"] = measured(lambda: _of_close_links(settled[0], world))
    given = Guarantees(world.stakes.owner, world.stakes.owned, np.ones(world.stakes.owner.size, dtype=np.int64))
    return taken | _of_guarantees(given, world.n_parties)


def _of_component(size: int) -> dict[str, Measured]:
    return _of_guarantees(component(size), size)


def _of_control(settled: Control) -> str:
    groups = control_groups(settled)
    return f"{len(groups):,} groups, {groups.party.size:,} memberships, {len(settled.immediate):,} immediate links"


def _of_connected(settled: Control, world: World) -> str:
    """The same links as flagged dependence, so that firm and potential groups are both worked out."""
    stakes: Stakes = world.stakes
    flagged = Dependence(stakes.owned, stakes.owner, np.zeros(stakes.owned.size, dtype=np.bool_))
    found = connected_groups(settled, flagged, plain_parties(world.n_parties))
    told = f"{len(found.firm):,} firm and {len(found.potential):,} potential groups"
    return "; ".join(filter(None, (told, found.potential.stopped)))


def _of_ownership(world: World) -> str:
    stakes = world.stakes
    try:
        found = integrated_ownership(stakes.owner, stakes.owned, stakes.votes, world.n_parties)
    except TooManyPairs as stopped:
        return f"stopped: {stopped}"
    closed = f", {found.closed.size:,} closed companies" if found.closed.size else ""
    return f"{len(found):,} pairs of 1% and more, too low by at most {found.worst_error:.1e}{closed}"


def _of_close_links(settled: Control, world: World) -> str:
    stakes = world.stakes
    try:
        return f"{len(close_links(stakes.owner, stakes.owned, stakes.votes, settled)):,} pairs"
    except TooManyPairs as stopped:
        return f"stopped: {stopped}"


def _of_guarantees(given: Guarantees, n: int) -> dict[str, Measured]:
    def circles() -> str:
        found = guarantee_circles(given, n)
        real_cover(found.pairs, np.full(n, PPB), found.first, found.party)
        told = ", ".join(f"{each.party.size:,} parties with {each.told}" for each in found.components)
        return f"{len(found):,} circles, {found.mutual_pair.size:,} mutual pairs; {told or 'no component'}"

    def chains() -> str:
        day = np.arange(given.guarantor.size) % YEAR
        found = guarantee_chains(given, day, np.ones(n, dtype=np.int64))
        return f"{len(found):,} chains, {found.member.size:,} members, {int(found.capped.sum()):,} capped"

    def fallen() -> str:
        failing = np.asarray([n - 1], dtype=np.int64)
        found = contagion(given, np.zeros(n, dtype=np.int64), failing)
        return f"one fails: {found.fallen.size:,} fell in {found.n_rounds:,} rounds"

    steps = {"circles, real cover of each": circles, "contagion": fallen, "guarantee chains": chains}
    return {name: measured(step) for name, step in steps.items()}
