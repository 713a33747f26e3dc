"""A what-if on the whole bank: at most 300 ms once the world of the run is in memory.

One process of ours asks the service itself, as a route does, over changes of real parties of the bank: a contract more,
a holding that gives control, a dependence, a guarantee. Resolving their ids is part of the time. Taking the
run into memory is told apart, with the memory that it keeps. The first question of each kind is not counted: the
database plans its statements then, once.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import psutil

from api.services.run_world import World, Worlds
from api.services.what_if import what_if
from api.services.what_if_question import WhatIfQuestion
from bench.bank import Bank
from bench.figures import Figure, Limit, percentile
from bench.memory import MB
from graph.store import View

ROUNDS = 100
"""Questions of each kind."""
_SEED = 11


def measure(bank: Bank) -> Iterator[Figure]:
    """Taking the run into memory, then each kind of question."""
    with bank.store() as store:
        worlds, view = Worlds(store, bank.home / "archive"), store.view()
        process = psutil.Process(os.getpid())
        before = process.memory_info().rss
        begun = time.perf_counter()
        world = worlds.of(view)
        took = time.perf_counter() - begun
        _ask(
            view, worlds, [{"do": "add_facility", "borrowers": [world.party_id(0)], "amount": "1"}]
        )  # makes the indexes
        kept = process.memory_info().rss - before
        yield Figure(f"the run into memory: {world.n_parties:,} parties", took, "s")
        yield Figure("memory that its world takes", kept / MB, "MB")
        for name, changes in _questions(world).items():
            yield from _of(name, changes, view, worlds)


def _of(name: str, changes: list[dict[str, Any]], view: View, worlds: Worlds) -> Iterator[Figure]:
    times, groups, differing = [], 0, 0
    if changes:
        _ask(view, worlds, changes[:1])
    for change in changes[1:]:
        begun = time.perf_counter()
        told = _ask(view, worlds, [change])
        times.append((time.perf_counter() - begun) * 1000)
        groups += len(told.groups)
        differing += sum(one.differs for one in told.groups)
    if times:
        beside = f"{groups / len(times):.1f} groups touched, {differing / len(times):.1f} come out otherwise"
        yield Figure(f"what if {name}: half of {len(times)} questions", percentile(times, 0.5), "ms", None, beside)
        yield Figure(f"what if {name}: 99 of 100", percentile(times, 0.99), "ms", Limit(300))


def _ask(view: View, worlds: Worlds, changes: list[dict[str, Any]]) -> Any:
    return what_if(view, worlds, WhatIfQuestion.model_validate({"changes": changes}))


def _questions(world: World) -> dict[str, list[dict[str, Any]]]:
    """Changes of parties that owe the bank something, drawn with a fixed seed."""
    random = np.random.default_rng(_SEED)
    borrowers = np.unique(world.column("borrowers", "party"))
    owed, other = (random.choice(borrowers, min(ROUNDS + 1, borrowers.size), replace=False).tolist() for _ in range(2))
    pairs = [(world.party_id(a), world.party_id(b)) for a, b in zip(owed, other, strict=True) if a != b]
    ends = [{"from": one, "to": another} for one, another in pairs]
    return {
        "a contract more": [{"do": "add_facility", "borrowers": [one], "amount": "30000000"} for one, _ in pairs],
        "a holding of 51%": [{"do": "add_link", "type": "OWNS", "share": "0.51", **each} for each in ends],
        "a dependence": [{"do": "add_link", "type": "DEPENDS_ON", **each} for each in ends],
        "a guarantee": [{"do": "add_link", "type": "GUARANTEES", "amount": "1000000", **each} for each in ends],
    }
