"""How long households take, and in how much memory: 1,000,000 synthetic persons with homes, telephones, kin, accounts.

Measured is all that a run computes of them: who shares what, ties, households with heads and status, and their ids
beside those of an earlier run.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator

import numpy as np

from algorithms.columns import IntArray
from algorithms.households import (
    HEAD,
    JOINT_ACCOUNT,
    MINOR_CHILD,
    SPOUSE,
    Pairs,
    home_ties,
    households,
    shared_pairs,
    ties_of,
)
from algorithms.stable_ids import stable_ids
from bench.bank import Bank
from bench.figures import Figure, Limit
from bench.guarantees import Clock, Measured

PERSONS = 1_000_000
SURNAMES = 400
OF_AGE = 13_000
MOST_SHARING = 8


def synthetic(persons: int, seed: int = 7) -> tuple[IntArray, ...]:
    """The home of each person, its place there (0 and 1 the adults), telephone, surname, birthday."""
    random = np.random.default_rng(seed)
    size = random.choice((1, 2, 3, 4), persons, p=(0.3, 0.3, 0.28, 0.12))
    home = np.repeat(np.arange(persons), size)[:persons]
    place = np.arange(persons) - np.searchsorted(home, home)
    phone = np.where(random.random(persons) < 0.15, persons + home, np.arange(persons))
    phone[random.random(persons) < 0.001] = 2 * persons  # an agent's telephone
    own = random.integers(0, SURNAMES, persons)
    surname = np.where(place < 2, own, own[np.searchsorted(home, home)])
    born = np.where(place < 2, random.integers(-5_000, 10_000, persons), random.integers(10_000, 20_000, persons))
    return home, place, phone, surname, born


def all_of_them(persons: int = PERSONS) -> Measured:
    home, place, phone, surname, born = synthetic(persons)
    who = np.arange(persons)
    first = np.searchsorted(home, home)
    couple = (place == 1) & (home % 3 > 0)
    child = (place > 1) & (born >= OF_AGE)
    joint = (place == 1) & (home % 3 == 0)
    account = np.concatenate((who, persons + home[joint]))
    clock = Clock()
    homes, hubs = shared_pairs(who, home, MOST_SHARING)
    phones, more = shared_pairs(who, phone, MOST_SHARING)
    accounts, _ = shared_pairs(np.concatenate((who, who[joint])), account, MOST_SHARING)
    declared = {
        SPOUSE: Pairs(who[couple], first[couple]),
        MINOR_CHILD: Pairs(who[child], first[child]),
        JOINT_ACCOUNT: accounts,
    }
    none = np.empty(0, dtype=np.int64)
    ties = ties_of(persons, declared, home_ties(homes, phones, surname))
    found = households(ties, Pairs(none, none), homes, born, OF_AGE)
    found_s = clock.seconds()
    ids = [f"P-{number:09}" for number in range(persons)]
    members = [[ids[p] for p in found.members(k).tolist()] for k in range(len(found))]
    heads = [[ids[p]] for p in found.party[found.role == HEAD].tolist()]
    kept = stable_ids(members, heads, {f"H-{k}": some for k, some in enumerate(members)}, prefix="H-")
    told = f"{len(kept.ids):,} households of {found.party.size:,} persons, {ties.one.size:,} ties, {hubs + more:,} hubs"
    return clock.measured(f"{told}; {found_s:.2f} s without ids")


def measure(_: Bank) -> Iterator[Figure]:
    """Seconds, in a process of its own, so that its peak of memory is its own too."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(all_of_them)
    beside = f"{found.told}; {found.cpu_s:.2f} s of processor, {found.peak_mb:,} MB in all"
    yield Figure(f"households, {PERSONS:,} persons", found.seconds, "s", Limit(60), beside)
