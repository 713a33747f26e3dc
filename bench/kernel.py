"""How long majority control takes on the whole bank's holdings, on the numpy kernel alone, without store or writing.

Beside it the same fixpoint over networkx, on the same holdings, as a reader would first write it. Each in a process of
its own, so that each has its own peak of memory. `bench.control` measures a synthetic country.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from multiprocessing.pool import Pool

from algorithms.votes import Stakes
from api.services.run_input import read_input
from api.services.snapshots import Snapshots
from bench import control
from bench.bank import Bank
from bench.figures import Figure, Limit

TIMEOUT_S = 600.0
Task = tuple[control.World, bool]


def measure(bank: Bank) -> Iterator[Figure]:
    """The holdings come from the store's snapshot; reading them is measured by `snapshot` and `run`."""
    with bank.store() as store, Snapshots(store.view().for_run()) as snapshots:
        given = read_input(snapshots, family_as_one=False)
    told = given.stakes.votes > 0  # the networkx version knows of no unknown ones
    stakes = Stakes(given.stakes.owner[told], given.stakes.owned[told], given.stakes.votes[told])
    world = control.World(stakes, len(given.party_ids))
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        ours = _measured(pool, (world, True))
        other = _measured(pool, (world, False))
    what = f"majority control of {world.stakes.owner.size:,} holdings: {ours.pairs:,} pairs"
    yield Figure(what, ours.control_s, "s", Limit(control.MOST_S))
    yield control.faster(ours, other, "majority control")
    yield Figure(f"its {ours.groups:,} groups and immediate links", ours.groups_s + ours.immediate_s, "s")
    yield Figure("control: peak memory of the process", float(ours.peak_mb), "MB")


def _measured(pool: Pool, task: Task) -> control.Figures:
    return pool.apply_async(_one, (task,)).get(TIMEOUT_S)


def _one(task: Task) -> control.Figures:
    world, by_us = task
    return control.ours(world) if by_us else control.over_networkx(world)
