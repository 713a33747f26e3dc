"""Whether time grows with the bank: time per edge on banks of 100 k, 300 k, 1 M and 3 M parties of the same density.

The banks are those of `bench.ownership` (eight holders a company, one in seven a company), the guarantees those of
`bench.guarantees`, one dependence for every ten companies and one contract for each. Asked is that the time per edge
stays flat within a factor of two: the highest of the four over the lowest. It is told in microseconds of processor
time, since a machine with other work on it stretches only the clock's. Every size has a process of its own. With a
smaller demo bank all sizes are smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from algorithms.claims import Borrowers, Claims, Drawdowns, Facilities, claims_of
from algorithms.columns import IntArray
from algorithms.connected import Connected, connected_groups
from algorithms.connections import Dependence, plain_parties
from algorithms.control import Control, control
from algorithms.cover import Covers, Protections
from algorithms.currency import rates_of
from algorithms.exposure import Members, exposure_of_groups
from algorithms.groups import control_groups
from algorithms.guarantee_circles import guarantee_circles
from algorithms.ownership import integrated_ownership
from algorithms.threshold import PPB, UNKNOWN
from bench.apart import Measured, apart, measured
from bench.bank import Bank
from bench.control import World
from bench.figures import Figure, Limit
from bench.guarantees import synthetic
from bench.ownership import bank_of
from loaders.demo.sizes import Size

PARTIES: dict[Size, tuple[int, ...]] = {
    "small": (10_000, 20_000),
    "medium": (30_000, 100_000, 300_000),
    "large": (100_000, 300_000, 1_000_000, 3_000_000),
}
FLAT = 2.0
AT_LEAST_S = 3.0
"""A bank is measured again and again for about so long, and the quickest counts."""
MOST_TIMES = 5


@dataclass(slots=True)
class Synthetic:
    """A bank of arrays, and what the steps found in it so far."""

    world: World
    companies: int
    settled: list[Control] = field(default_factory=list)
    connected: list[Connected] = field(default_factory=list)

    @property
    def holdings(self) -> int:
        """Edges of control, groups and ownership."""
        return int(self.world.stakes.owner.size)


def measure(bank: Bank) -> Iterator[Figure]:
    """One row a step: how much the time per edge grows, with the four times beside."""
    sizes = PARTIES[bank.size]
    found = [apart(_of_size, parties) for parties in sizes]
    for step in found[0]:
        rows = [(parties, *taken[step]) for parties, taken in zip(sizes, found, strict=True)]
        per_edge = [1e6 * taken.processor_s / edges for _, edges, taken in rows]
        told = "; ".join(
            f"{parties:,} parties, {edges:,} edges: {cost:.2f} µs an edge, {taken.wall_s:.2f} s, {taken.peak_mb:,} MB"
            for (parties, edges, taken), cost in zip(rows, per_edge, strict=True)
        )
        growth = max(per_edge) / min(per_edge)
        yield Figure(f"{step}: time per edge, highest over lowest", growth, "times", Limit(FLAT), told)


def _of_size(parties: int) -> dict[str, tuple[int, Measured]]:
    """Edges and time by step."""
    companies = parties * 3 // 10
    bank = Synthetic(bank_of(companies), companies)
    steps: dict[str, Callable[[Synthetic], Callable[[], int]]] = {
        "control": _control,
        "control groups": _groups,
        "integrated ownership": _ownership,
        "guarantee circles": _circles,
        "groups of connected clients": _connected,
        "exposures of groups": _exposures,
    }
    return {name: _quickest(step(bank)) for name, step in steps.items()}


def _quickest(task: Callable[[], int]) -> tuple[int, Measured]:
    """How many edges a step went over, and the best of its times."""
    edges: list[int] = []

    def told() -> str:
        edges.append(task())
        return ""

    times = [measured(told)]
    while len(times) < MOST_TIMES and sum(one.wall_s for one in times) < AT_LEAST_S:
        times.append(measured(told))
    return edges[0], min(times, key=lambda one: one.processor_s)


def _control(bank: Synthetic) -> Callable[[], int]:
    def task() -> int:
        bank.settled = [control(bank.world.stakes, bank.world.n_parties)]
        bank.settled[0].n_pairs  # noqa: B018  # counting the pairs is a part of it
        return bank.holdings

    return task


def _groups(bank: Synthetic) -> Callable[[], int]:
    def task() -> int:
        control_groups(bank.settled[0])
        return bank.holdings

    return task


def _ownership(bank: Synthetic) -> Callable[[], int]:
    stakes = bank.world.stakes

    def task() -> int:
        integrated_ownership(stakes.owner, stakes.owned, stakes.votes, bank.world.n_parties)
        return bank.holdings

    return task


def _circles(bank: Synthetic) -> Callable[[], int]:
    given = synthetic(bank.companies, bank.companies * 2 // 3)

    def task() -> int:
        guarantee_circles(given, bank.companies)
        return int(given.guarantor.size)

    return task


def _connected(bank: Synthetic) -> Callable[[], int]:
    random = np.random.default_rng(11)
    size = bank.companies // 10
    dependent, provider = random.integers(0, bank.companies, size), random.integers(0, bank.companies, size)
    depends = Dependence(dependent, provider, random.random(size) < 0.5)
    parties = plain_parties(bank.world.n_parties)

    def task() -> int:
        bank.connected = [connected_groups(bank.settled[0], depends, parties)]
        return bank.holdings + size

    return task


def _exposures(bank: Synthetic) -> Callable[[], int]:
    """Contracts to claims to exposures of the groups; edges are contracts and memberships."""
    groups = bank.connected[0].potential
    exempt = np.zeros(bank.world.n_parties, dtype=np.bool_)

    def task() -> int:
        claims = _claims(bank.companies, bank.world.n_parties)
        exposure_of_groups(claims, Members(groups.first, groups.party), exempt)
        return bank.companies + int(groups.party.size)

    return task


def _claims(n: int, n_parties: int) -> Claims:
    """One loan of each company, two drawdowns under each, one in ten guaranteed by the company beside."""
    zero: IntArray = np.zeros(n, dtype=np.int64)
    own = np.arange(n, dtype=np.int64)
    facilities = Facilities(
        limit=np.full(n, 10**9),
        drawn=np.full(n, UNKNOWN),
        currency=zero,
        factor=np.full(n, PPB),
        matures=np.full(n, 20_000),
        is_loan=np.ones(n, dtype=np.bool_),
        exempt=np.zeros(n, dtype=np.bool_),
    )
    drawdowns = Drawdowns(np.tile(own, 2), np.full(2 * n, 4 * 10**8), np.zeros(2 * n, dtype=np.int64))
    covered = own[::10]
    some = np.zeros(covered.size, dtype=np.int64)
    protections = Protections(
        provider=(covered + 1) % n,
        amount=np.full(covered.size, 10**8),
        currency=some,
        until=np.full(covered.size, 30_000),
        effect=some + 1,
        eligible=np.ones(covered.size, dtype=np.bool_),
    )
    covers = Covers(np.arange(covered.size), covered, some - 1, some)
    rates = rates_of(["CNY"], {"CNY": Fraction(1)})
    return claims_of(facilities, drawdowns, Borrowers(own, own), protections, covers, rates, n_parties)
