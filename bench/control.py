"""How long majority control takes, and in how much memory.

Measures `algorithms.control` on a synthetic country (600,000 companies, 2.4 million stakes), beside the same fixpoint
written over networkx on a size where that finishes. Own shares are ignored throughout, since the comparison knows no
others. With a smaller demo bank the country is smaller too. Degenerate shapes are measured by `bench.degenerate`.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import networkx as nx
import numpy as np

from algorithms.control import control
from algorithms.groups import control_groups
from algorithms.threshold import PPB, Threshold
from algorithms.votes import ControlRule, Stakes
from bench.bank import Bank
from bench.figures import Figure, Limit
from loaders.demo.sizes import Size

MOST = 600_000_000


@dataclass(frozen=True, slots=True)
class World:
    """Stakes to measure on."""

    stakes: Stakes
    n_parties: int
    threshold: Threshold = field(default_factory=Threshold)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run took: seconds, of wall time unless `cpu`; memory of the whole process with its input."""

    pairs: int
    groups: int
    control_s: float
    control_cpu_s: float
    groups_s: float
    immediate_s: float
    peak_mb: int


def country(companies: int, seed: int = 7) -> World:
    """Four holders a company, somewhat more than half of them companies, mostly ones made before it; rings occur."""
    random = np.random.default_rng(seed)
    persons = companies * 2 // 3
    owned = np.repeat(np.arange(companies), 4)
    by_company = random.random(owned.size) < 0.55
    owner = np.where(
        by_company,
        (owned * random.random(owned.size)).astype(np.int64),
        companies + random.integers(0, persons, owned.size),
    )
    back = random.random(owned.size) < 0.02
    owner[back] = random.integers(0, companies, int(back.sum()))
    shares = random.dirichlet([0.6] * 4, companies).ravel() * random.choice([1.0, 1.0, 0.9], companies).repeat(4)
    return World(Stakes(owner, owned, (shares * PPB).astype(np.int64)), companies + persons)


def chain(n: int) -> World:
    """Each company controls the next."""
    at = np.arange(n - 1)
    return World(Stakes(at, at + 1, np.full(n - 1, MOST)), n)


def star(n: int) -> World:
    """One party controls all others."""
    return World(Stakes(np.zeros(n, dtype=np.int64), np.arange(1, n + 1), np.full(n, MOST)), n + 1)


def ring(n: int) -> World:
    """Each company controls the next, the last one the first."""
    at = np.arange(n)
    return World(Stakes(at, (at + 1) % n, np.full(n, MOST)), n)


def complete(n: int) -> World:
    """Everybody holds the same in everybody else, and a low threshold."""
    owner, owned = (each[~np.eye(n, dtype=np.bool_)].astype(np.int64) for each in np.indices((n, n)))
    return World(Stakes(owner, owned, np.full(owner.size, PPB // n)), n, Threshold(PPB // n - 1))


def ours(world: World) -> Figures:
    """One run of the library."""
    start, cpu = time.perf_counter(), time.process_time()
    result = control(world.stakes, world.n_parties, ControlRule(world.threshold, own_shares="ignore"))
    pairs = result.n_pairs
    done, done_cpu = time.perf_counter(), time.process_time()
    groups = len(control_groups(result))
    grouped = time.perf_counter()
    len(result.immediate)
    end = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Figures(pairs, groups, done - start, done_cpu - cpu, grouped - done, end - grouped, peak)


def over_networkx(world: World) -> Figures:
    """The same fixpoint (own shares ignored) as a reader would first write it: a search from every holder."""
    start, cpu = time.perf_counter(), time.process_time()
    graph: nx.DiGraph[int] = nx.DiGraph()
    stakes = world.stakes
    for owner, owned, votes in zip(stakes.owner.tolist(), stakes.owned.tolist(), stakes.votes.tolist(), strict=True):
        before = graph.get_edge_data(owner, owned, {"votes": 0})["votes"]
        graph.add_edge(owner, owned, votes=before + votes)
    limit = world.threshold.ppb
    pairs = 0
    for holder in graph:
        held: dict[int, int] = {}
        controlled = {holder}
        todo = [holder]
        while todo:
            for _, company, votes in graph.out_edges(todo.pop(), data="votes"):
                held[company] = held.get(company, 0) + votes
                if held[company] > limit and company not in controlled:
                    controlled.add(company)
                    todo.append(company)
        pairs += len(controlled) - 1
    end, end_cpu = time.perf_counter(), time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Figures(pairs, 0, end - start, end_cpu - cpu, 0.0, 0.0, peak)


Make = Callable[[int], World]
Run = Callable[[World], Figures]

COMPANIES: dict[Size, tuple[int, int]] = {
    "small": (6_000, 600),
    "medium": (60_000, 6_000),
    "large": (600_000, 60_000),
}
"""Companies of the country, and of one on which networkx finishes."""
MOST_S = 2.0
FASTER = 20.0
"""At least so many times as fast as networkx."""


def measure(bank: Bank) -> Iterator[Figure]:
    """Seconds of control, pairs counted; memory stands beside. Of the bank only the size matters."""
    size, compared = COMPANIES[bank.size]
    found = _apart(ours, country, size)
    told = (
        f"{found.pairs:,} pairs, {found.groups:,} groups ({found.groups_s:.2f} s), immediate links "
        f"{found.immediate_s:.2f} s, {found.control_cpu_s:.2f} s of processor, {found.peak_mb:,} MB in all"
    )
    what = f"control, country of {size:,} companies, {4 * size:,} stakes"
    yield Figure(what, found.control_s, "s", Limit(MOST_S), told)
    yield _compared(compared)


def faster(fast: Figures, slow: Figures, what: str) -> Figure:
    """How many times as fast as networkx. Raises RuntimeError when the two disagree on the pairs."""
    if fast.pairs != slow.pairs:
        raise RuntimeError(f"{fast.pairs:,} pairs here, {slow.pairs:,} over networkx")
    told = (
        f"{fast.control_s:.3f} s, {fast.peak_mb:,} MB where networkx takes {slow.control_s:.2f} s, {slow.peak_mb:,} MB"
    )
    return Figure(
        f"{what}: as fast as networkx", slow.control_s / fast.control_s, "times", Limit(FASTER, "at least"), told
    )


def _compared(size: int) -> Figure:
    return faster(_apart(ours, country, size), _apart(over_networkx, country, size), f"control, {size:,} companies")


def _apart(run: Run, make: Make, size: int) -> Figures:
    """One measurement in a process of its own, so that its peak of memory is its own too."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_made_and_run, (run, make, size))


def _made_and_run(run: Run, make: Make, size: int) -> Figures:
    return run(make(size))
