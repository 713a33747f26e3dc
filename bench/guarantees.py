"""How long guarantee circles, chains, contagion and payment patterns take, and in how much memory.

On a synthetic bank (300,000 companies, 200,000 guarantees, some of them in circles; 2,000,000 monthly sums of
payments), beside the same circles over networkx, and on a component of 5,000 parties with too many circles to list,
which ends at its cap and says so. Needs no demo bank.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import networkx as nx
import numpy as np

from algorithms.contagion import contagion
from algorithms.guarantee_chains import guarantee_chains
from algorithms.guarantee_circles import guarantee_circles
from algorithms.guarantees import Guarantees
from algorithms.loan_returns import Drawdowns, Holders, loan_returns
from algorithms.payment_fans import payment_fans
from algorithms.payments import Payments, payment_table
from algorithms.real_cover import real_cover
from bench.bank import Bank
from bench.figures import Figure

COMPANIES, GUARANTEES = 300_000, 200_000
PAIRS, DRAWDOWNS, DAYS = 2_000_000, 200_000, 365


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of wall time and of processor; what was found, in words; memory of the whole process with its input."""

    seconds: float
    cpu_s: float
    told: str
    peak_mb: int


class Clock:
    """Starts when it is made."""

    def __init__(self) -> None:
        self._start, self._cpu = time.perf_counter(), time.process_time()

    def seconds(self) -> float:
        """Wall time so far."""
        return time.perf_counter() - self._start

    def measured(self, told: str) -> Measured:
        """All that was measured until now."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return Measured(self.seconds(), time.process_time() - self._cpu, told, peak)


def synthetic(companies: int, guarantees: int, seed: int = 7) -> Guarantees:
    """Random guarantees; one in ten stands in a circle of three to eight."""
    random = np.random.default_rng(seed)
    guarantor, debtor = random.integers(0, companies, guarantees), random.integers(0, companies, guarantees)
    at = 0
    while at < guarantees // 10:
        size = int(random.integers(3, 9))
        guarantor[at : at + size] = random.integers(0, companies, size)
        debtor[at : at + size] = np.roll(guarantor[at : at + size], -1)
        at += size
    return Guarantees(guarantor, debtor, random.integers(1, 10**12, guarantees))


def component(parties: int, seed: int = 7) -> Guarantees:
    """A ring of all parties with three more guarantees for each: strongly connected, with more circles than atoms."""
    random = np.random.default_rng(seed)
    guarantor = np.tile(np.arange(parties), 4)
    debtor = np.concatenate((np.roll(np.arange(parties), -1), random.integers(0, parties, 3 * parties)))
    return Guarantees(guarantor, debtor, np.ones(4 * parties, dtype=np.int64))


def circles_of_bank() -> Measured:
    given = synthetic(COMPANIES, GUARANTEES)
    clock = Clock()
    result = guarantee_circles(given, COMPANIES)
    cover = real_cover(result.pairs, np.full(COMPANIES, 10**11), result.first, result.party)
    told = f"{len(result):,} circles in {len(result.components):,} components, real cover of each; "
    return clock.measured(told + f"{int((cover.total < cover.nominal).sum()):,} worth less than they say")


def over_networkx() -> Measured:
    """The same circles as a reader would first list them."""
    given = synthetic(COMPANIES, GUARANTEES)
    clock = Clock()
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_edges_from(
        (guarantor, debtor)
        for guarantor, debtor in zip(given.guarantor.tolist(), given.debtor.tolist(), strict=True)
        if guarantor != debtor
    )
    circles = sum(len(cycle) >= 3 for cycle in nx.simple_cycles(graph))
    return clock.measured(f"{circles:,} circles over networkx")


def circles_of_component() -> Measured:
    given = component(5_000)
    clock = Clock()
    result = guarantee_circles(given, 5_000)
    return clock.measured(", ".join(f"{each.party.size:,} parties: {each.told}" for each in result.components))


def chains_of_bank() -> Measured:
    given = synthetic(COMPANIES, GUARANTEES)
    days = np.random.default_rng(1).integers(0, 5 * DAYS, GUARANTEES)
    clock = Clock()
    result = guarantee_chains(given, days, np.full(COMPANIES, 10**9))
    return clock.measured(f"{len(result):,} chains, {result.member.size:,} members")


def contagion_of_bank() -> Measured:
    given = synthetic(COMPANIES, GUARANTEES)
    failing = np.arange(0, COMPANIES, 10)
    clock = Clock()
    result = contagion(given, np.full(COMPANIES, 10**11), failing)
    return clock.measured(f"{failing.size:,} fail: {result.fallen.size:,} fell in {result.n_rounds} rounds")


def payments() -> Payments:
    """Two payments for each monthly sum; accounts are 300,000, some of them far busier than others."""
    random = np.random.default_rng(3)
    payer, payee = ((COMPANIES * random.random(PAIRS) ** 2).astype(np.int64) for _ in range(2))
    day = random.integers(0, DAYS, 2 * PAIRS)
    return Payments(np.tile(payer, 2), np.tile(payee, 2), day, random.integers(1, 10**8, 2 * PAIRS))


def with_returns(paid: Payments, drawn: Drawdowns, returning: int) -> Payments:
    """The same payments, and the first drawdowns paid on to some account the next day and back the day after."""
    over = (drawn.account[:returning] + 1) % COMPANIES
    own, day, amount = drawn.account[:returning], drawn.day[:returning], drawn.amount[:returning]
    return Payments(
        np.concatenate((paid.payer, own, over)),
        np.concatenate((paid.payee, over, own)),
        np.concatenate((paid.day, day + 1, day + 2)),
        np.concatenate((paid.amount, amount, amount)),
    )


def returns_of_bank() -> Measured:
    random = np.random.default_rng(5)
    given, own = synthetic(COMPANIES, GUARANTEES), np.arange(COMPANIES)
    borrower = random.integers(0, COMPANIES, DRAWDOWNS)
    amount = random.integers(10**7, 10**9, DRAWDOWNS)
    drawn = Drawdowns(borrower, borrower, random.integers(0, DAYS, DRAWDOWNS), amount)
    paid = with_returns(payments(), drawn, 2_000)
    clock = Clock()
    table = payment_table(paid, COMPANIES)
    sorted_s = clock.seconds()
    result = loan_returns(table, drawn, Holders(own, own), given, COMPANIES)
    told = f"{DRAWDOWNS:,} drawdowns: {len(result.found):,} flagged, {result.stopped.size:,} stopped at the cap; "
    return clock.measured(told + f"{sorted_s:.2f} s of it sort {paid.day.size:,} payments")


def fans_of_bank() -> Measured:
    paid = payments()
    clock = Clock()
    result = payment_fans(paid, COMPANIES)
    return clock.measured(f"{len(result):,} fans in {paid.day.size:,} payments")


CASES: tuple[tuple[str, Callable[[], Measured]], ...] = (
    (f"guarantee circles, {COMPANIES:,} companies, {GUARANTEES:,} guarantees", circles_of_bank),
    ("the same circles over networkx", over_networkx),
    ("guarantee circles, one component of 5,000", circles_of_component),
    ("guarantee chains within a year, all parties", chains_of_bank),
    ("contagion from a tenth of the parties", contagion_of_bank),
    ("loan money that returns", returns_of_bank),
    ("payment fans", fans_of_bank),
)


def measure(bank: Bank) -> Iterator[Figure]:
    """Seconds of each, in a process of its own, so that its peak of memory is its own too. Needs no bank."""
    del bank
    for what, run in CASES:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            found = pool.apply(run)
        yield Figure(
            what,
            found.seconds,
            "s",
            None,
            f"{found.told}; {found.cpu_s:.2f} s of processor, {found.peak_mb:,} MB in all",
        )
