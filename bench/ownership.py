"""How long integrated ownership of a whole bank takes, beside control and groups on the same holdings, and in how much
memory.

Measures `algorithms.ownership` for all pairs of 1% and more on synthetic banks of 300,000 companies and 700,000 persons
with 2.4 million holdings, with beneficial owners and close links of all companies, and beside the inverse of the whole
matrix where that fits. Every world has a process of its own, and so its own peak of memory. With a smaller demo bank
all is smaller too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from algorithms.close_links import close_links
from algorithms.control import control
from algorithms.groups import control_groups
from algorithms.owner_rules import MEASURES, Interests, OwnerRule
from algorithms.owners import beneficial_owners
from algorithms.ownership import ONE_PERCENT, integrated_ownership
from algorithms.ownership_rows import TooManyPairs
from algorithms.threshold import PPB, Threshold
from algorithms.votes import Stakes
from bench.apart import Measured, apart, measured
from bench.bank import Bank
from bench.control import World
from bench.figures import Figure, Limit
from loaders.demo.sizes import Size

COMPANIES: dict[Size, int] = {"small": 3_000, "medium": 30_000, "large": 300_000}
HOLDERS = 8

TOGETHER_S, TOGETHER_MB = 15.0, 3_000

RULES = (
    OwnerRule("at least a quarter", measures=MEASURES),
    OwnerRule("more than a quarter", Threshold(PPB // 4, "more_than")),
)


def bank_of(companies: int, by_company: float = 0.15, back: float = 0.005, seed: int = 7) -> World:
    """Eight holders a company, one in seven of them a company (as in the demo bank), mostly one made before it."""
    random = np.random.default_rng(seed)
    persons = companies * 7 // 3
    owned = np.repeat(np.arange(companies), HOLDERS)
    above = (owned * random.random(owned.size)).astype(np.int64)
    owner = np.where(random.random(owned.size) < by_company, above, companies + random.integers(0, persons, owned.size))
    backwards = random.random(owned.size) < back
    owner[backwards] = random.integers(0, companies, int(backwards.sum()))
    shares = random.dirichlet([0.6] * HOLDERS, companies).ravel()
    shares *= random.choice([1.0, 1.0, 0.9], companies).repeat(HOLDERS)
    return World(Stakes(owner, owned, (shares * PPB).astype(np.int64)), companies + persons)


def crossed(companies: int) -> World:
    """More than half of the holders are companies, and two thirds of the companies hold one another in one cycle."""
    return bank_of(companies, by_company=0.55, back=0.02)


Make = Callable[[int], World]
Task = Callable[[World], str]
Steps = Callable[[World], dict[str, Measured]]


def of_ownership(world: World) -> str:
    """All pairs of 1% and more."""
    stakes = world.stakes
    try:
        found = integrated_ownership(stakes.owner, stakes.owned, stakes.votes, world.n_parties)
    except TooManyPairs as stopped:
        return f"stopped: {stopped}"
    median = float(np.median(found.error[found.error > 0])) if len(found) else 0.0
    closed = f", {found.closed.size:,} closed companies" if found.closed.size else ""
    return f"{len(found):,} pairs, too low by at most {found.worst_error:.1e} (median {median:.1e}){closed}"


def measure(bank: Bank) -> Iterator[Figure]:
    """Of the bank only the size matters: the worlds are made here."""
    size = COMPANIES[bank.size]
    name = f"{size:,} companies, {size * 7 // 3:,} persons, {size * HOLDERS:,} holdings"
    yield from _together(name, bank_of, size, asked=True)
    yield from _together("the same size, mostly held by companies in one cycle", crossed, size, asked=False)
    ours, dense = apart(_made_and_run, _beside_the_inverse, bank_of, 900).values()
    yield Figure("integrated ownership, 900 companies and 2,100 persons", ours.wall_s, "s", None, dense.found)


def _together(name: str, make: Make, size: int, asked: bool) -> Iterator[Figure]:
    """One row for each step, and what was asked for all together."""
    taken = apart(_made_and_run, _all_steps, make, size)
    for step in ("control", "groups", "integrated ownership"):
        yield Figure(f"{step}, {name}", taken[step].wall_s, "s", None, taken[step].told)
    together = sum(taken[step].wall_s for step in ("control", "groups", "integrated ownership"))
    limit = Limit(TOGETHER_S) if asked else None
    yield Figure(f"these three together, {name}", together, "s", limit)
    peak = float(taken["integrated ownership"].peak_mb)
    yield Figure(f"their peak memory, with input, {name}", peak, "MB", Limit(TOGETHER_MB) if asked else None)
    for step in ("beneficial owners", "close links"):
        yield Figure(f"{step}, {name}", taken[step].wall_s, "s", None, taken[step].told)


def _all_steps(world: World) -> dict[str, Measured]:
    stakes, n = world.stakes, world.n_parties
    companies = n * 3 // 10
    taken: dict[str, Measured] = {}
    found: dict[str, Any] = {}

    def groups(_: World) -> str:
        return f"{len(control_groups(found['control'])):,} groups"

    def controlled(_: World) -> str:
        found["control"] = control(stakes, n)
        return f"{found['control'].n_pairs:,} pairs"

    def owners(_: World) -> str:
        interests = Interests(stakes.owner, stakes.owned, stakes.votes, np.arange(n) >= companies)
        told = beneficial_owners(interests, found["control"], RULES)
        return f"{len(told):,} pairs under {len(RULES)} rules, {told.undecided.size:,} of them decided by floats"

    def links(_: World) -> str:
        return f"{len(close_links(stakes.owner, stakes.owned, stakes.votes, found['control'])):,} pairs"

    steps: dict[str, Task] = {
        "control": controlled,
        "groups": groups,
        "integrated ownership": of_ownership,
        "beneficial owners": owners,
        "close links": links,
    }
    for name, step in steps.items():
        taken[name] = measured(partial(step, world))
    return taken


def _beside_the_inverse(world: World) -> dict[str, Measured]:
    """Ours and the dense inverse on the same holdings. Raises AssertionError when they disagree."""
    stakes, n = world.stakes, world.n_parties
    ours = measured(partial(of_ownership, world))
    found = integrated_ownership(stakes.owner, stakes.owned, stakes.votes, n)

    def inverted(_: World) -> str:
        shares = np.zeros((n, n))
        np.add.at(shares, (stakes.owner, stakes.owned), stakes.votes / PPB)
        whole = np.linalg.inv(np.eye(n) - shares)
        y = (whole - np.eye(n)) / np.diag(whole)[:, None]
        off = y[found.owner, found.owned] - found.value
        if np.any(off < -1e-9) or np.any(off > found.error[found.owned] + 1e-9):
            raise AssertionError("integrated ownership is off by more than its error")
        if int(np.count_nonzero(y >= ONE_PERCENT / PPB + found.error[None, :])) > len(found):
            raise AssertionError("pairs of 1% and more are missing")
        return ""

    dense = measured(partial(inverted, world))
    told = f"the dense inverse agrees, and takes {dense.wall_s:.2f} s and {dense.peak_mb - ours.peak_mb:+,} MB"
    return {"ours": ours, "dense": Measured(dense.wall_s, dense.processor_s, dense.peak_mb, told)}


def _made_and_run(steps: Steps, make: Make, size: int) -> dict[str, Measured]:
    return steps(make(size))
