"""How well what is planted in the demo bank is found: households, key persons, referral chains and flagged referrals.

The answers are asked for as a bank would: by `guanxi export` with the sources' own keys, of the latest run.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from bench import command
from bench.bank import RUN_TIMEOUT_S, Bank
from bench.figures import Figure, Limit
from loaders.demo.manifest import Manifest

Rows = Iterable[Mapping[str, str]]


@dataclass(frozen=True)
class Score:
    """What is planted and what is told, among what the manifest speaks of."""

    what: str
    planted: frozenset[Hashable]
    found: frozenset[Hashable]

    @property
    def precision(self) -> float:
        """Of what is found, how much is planted."""
        return len(self.planted & self.found) / max(len(self.found), 1)

    @property
    def recall(self) -> float:
        """Of what is planted, how much is found."""
        return len(self.planted & self.found) / max(len(self.planted), 1)

    @property
    def told(self) -> str:
        """The counts."""
        both = len(self.planted & self.found)
        return f"{len(self.planted)} {self.what} planted, {len(self.found)} found, {both} of both"


class Keys:
    """Source keys told by the key of the system that names a planted party in the manifest."""

    def __init__(self, manifest: Manifest) -> None:
        self._planted = {key: planted for planted, keys in manifest.keys.items() for key in (planted, *keys)}

    def __call__(self, key: str) -> str:
        return self._planted.get(key, key)


def households(manifest: Manifest, rows: Rows) -> Score:
    """Pairs of persons of one household. rows: of `export households`."""
    known = Keys(manifest)
    some = [*(one.members for one in manifest.households), *(one.persons for one in manifest.not_one_household)]
    asked = {person for persons in some for person in persons}
    homes = defaultdict(set)
    for row in rows:
        person = known(row["party_id"])
        if person in asked:
            homes[row["household_id"]].add(person)
    return Score("pairs", _pairs(one.members for one in manifest.households), _pairs(homes.values()))


def key_persons(manifest: Manifest, rows: Rows) -> Score:
    """Pairs of a company and its key person. rows: of `export key-persons`."""
    known = Keys(manifest)
    planted = {(one.company, one.person) for one in manifest.key_persons}
    companies, persons = ({pair[side] for pair in planted} for side in (0, 1))
    told = {(known(row["company_id"]), known(row["person_id"])) for row in rows}
    near = {pair for pair in told if pair[0] in companies or pair[1] in persons}
    return Score("pairs", frozenset(planted), frozenset(near))


def referral_chains(manifest: Manifest, rows: Rows) -> Score:
    """Chains from their first referrer to the last customer. rows: of `export referral-chains`."""
    known = Keys(manifest)
    planted = {tuple(one.members) for one in manifest.referral_chains}
    ends = {members[-1] for members in planted}
    chains: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in rows:
        chains[row["chain_id"]].append((int(row["position"]), known(row["party_id"])))
    told = (tuple(party for _, party in sorted(chain)) for chain in chains.values())
    return Score("chains", frozenset(planted), frozenset(chain for chain in told if chain[-1] in ends))


def flagged_referrals(manifest: Manifest, rows: Rows) -> Score:
    """Loops, self-referrals and second referrers. rows: of `export referrals`."""
    known = Keys(manifest)
    planted = {(one.referrer, one.referred, one.flag) for one in manifest.flagged_referrals}
    told = {(known(row["referrer_id"]), known(row["referred_id"]), row["flag"]) for row in rows if row["flag"]}
    return Score("flagged referrals", frozenset(planted), frozenset(told))


def _pairs(sets: Iterable[Iterable[str]]) -> frozenset[Hashable]:
    return frozenset(frozenset(pair) for some in sets for pair in combinations(some, 2))


ASKED: Sequence[tuple[str, str, Callable[[Manifest, Rows], Score], tuple[float, float]]] = (
    ("households", "households", households, (95, 90)),
    ("key persons", "key-persons", key_persons, (100, 100)),
    ("referral chains", "referral-chains", referral_chains, (100, 100)),
    ("flagged referrals", "referrals", flagged_referrals, (100, 100)),
)
"""What is planted, the table that tells it, and the least precision and recall, in percent."""


def measure(bank: Bank) -> Iterator[Figure]:
    """Precision and recall of each."""
    bank.loaded()
    manifest = bank.manifest()
    for name, table, compare, (precision, recall) in ASKED:
        told = command.run([command.guanxi(), "export", table, "--source-keys"], bank.home, RUN_TIMEOUT_S)
        score = compare(manifest, csv.DictReader(io.StringIO(told.out)))
        yield Figure(f"planted {name}: precision", 100 * score.precision, "%", Limit(precision, "at least"), score.told)
        yield Figure(f"planted {name}: recall", 100 * score.recall, "%", Limit(recall, "at least"))
