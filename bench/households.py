"""How long households take, and in how much memory: 1,000,000 synthetic persons with homes, telephones, kin, accounts.

Measured is all that a run computes of them: who shares what, ties, households with heads and status, and their ids
beside those of an earlier run. Where the demo bank is loaded, also how well its planted households are found.
"""

from __future__ import annotations

import csv
import io
import multiprocessing
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

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
from bench import command
from bench.bank import RUN_TIMEOUT_S, Bank
from bench.figures import Figure, Limit
from bench.guarantees import Clock, Measured
from loaders.demo.manifest import Manifest

PERSONS = 1_000_000
SURNAMES = 400
OF_AGE = 13_000
MOST_SHARING = 8


@dataclass(frozen=True)
class Score:
    """Pairs of persons that are or are told to be one household, among those whom the manifest speaks of."""

    planted: frozenset[frozenset[str]]
    found: frozenset[frozenset[str]]

    @property
    def precision(self) -> float:
        """Of the pairs found, how many are planted."""
        return len(self.planted & self.found) / max(len(self.found), 1)

    @property
    def recall(self) -> float:
        """Of the pairs planted, how many are found."""
        return len(self.planted & self.found) / max(len(self.planted), 1)

    @property
    def told(self) -> str:
        """The counts."""
        return f"{len(self.planted)} pairs planted, {len(self.found)} found, {len(self.planted & self.found)} of both"


def scored(manifest: Manifest, rows: Iterable[Mapping[str, str]]) -> Score:
    """How well planted households are found. rows: of `guanxi export households --source-keys`."""
    known = {key: planted for planted, keys in manifest.keys.items() for key in (planted, *keys)}
    some = [*(one.members for one in manifest.households), *(one.persons for one in manifest.not_one_household)]
    asked = {person for persons in some for person in persons}
    homes = defaultdict(set)
    for row in rows:
        person = known.get(row["party_id"], row["party_id"])
        if person in asked:
            homes[row["household_id"]].add(person)
    return Score(_pairs(one.members for one in manifest.households), _pairs(homes.values()))


def _pairs(sets: Iterable[Iterable[str]]) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(pair) for some in sets for pair in combinations(some, 2))


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


def measure(bank: Bank) -> Iterator[Figure]:
    """Seconds, in a process of its own, so that its peak of memory is its own too; how well planted ones are found."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(all_of_them)
    beside = f"{found.told}; {found.cpu_s:.2f} s of processor, {found.peak_mb:,} MB in all"
    yield Figure(f"households, {PERSONS:,} persons", found.seconds, "s", Limit(60), beside)
    if bank.is_loaded:
        told = command.run([command.guanxi(), "export", "households", "--source-keys"], bank.home, RUN_TIMEOUT_S)
        score = scored(bank.manifest(), csv.DictReader(io.StringIO(told.out)))
        yield Figure(
            "planted households: precision over pairs", 100 * score.precision, "%", Limit(95, "at least"), score.told
        )
        yield Figure("planted households: recall over pairs", 100 * score.recall, "%", Limit(90, "at least"))
