"""Majority control taken literally from its definition: sets and fractions, no cleverness. The oracle of the tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from algorithms.threshold import PPB, UNKNOWN
from algorithms.votes import ControlRule

Pair = tuple[int, int]


@dataclass
class Naive:
    """The inputs as plain Python; `solve` fills the results. Controllers from n on are families."""

    n: int
    stakes: Sequence[tuple[int, int, int]]
    rule: ControlRule
    bases: Sequence[tuple[int, int, int]] = ()
    families: Sequence[Sequence[int]] = ()
    held: dict[int, dict[int, Fraction]] = field(default_factory=dict)
    units: dict[int, frozenset[int]] = field(default_factory=dict)
    control: dict[int, set[int]] = field(default_factory=dict)
    rounds: dict[Pair, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        held: dict[int, dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        for owner, owned, votes in self.stakes:
            if votes != UNKNOWN:
                held[owned][owner] += Fraction(votes, PPB)
        self.held = held
        self.units = {party: frozenset([party]) for party in range(self.n)}
        if self.rule.family_as_one:
            self.units |= {self.n + k: frozenset(family) for k, family in enumerate(self.families)}
        self.control = {unit: set() for unit in self.units}
        while self._all_at_once(self.control):
            pass
        self.rounds = self._rounds()

    @property
    def members(self) -> set[int]:
        """Parties that count as one with others."""
        return {party for unit, parties in self.units.items() if unit >= self.n for party in parties}

    def pairs(self) -> dict[Pair, int]:
        """Reported pairs with their rounds."""
        return {
            (unit, company): self.rounds[unit, company]
            for unit, companies in self.control.items()
            for company in companies
            if unit not in self.members
        }

    def own_holders(self, company: int) -> set[int]:
        return self.control[company] - {company} if self.rule.own_shares == "reduce" else set()

    def suffices(self, holders: set[int], company: int, own: set[int]) -> bool:
        """v(S) > t (1 - v(own - S)), the company's own stake left out on both sides."""
        held = {holder: votes for holder, votes in self.held[company].items() if holder != company}
        votes = sum((held[h] for h in held if h in holders), Fraction())
        idle = sum((held[h] for h in held if h in own and h not in holders), Fraction())
        if self.rule.own_shares == "ignore":
            return self._passes(votes, Fraction(1))
        return self._passes(votes, 1 - idle - self.held[company].get(company, Fraction()))

    def declared(self, holders: set[int], company: int) -> bool:
        return any(upper in holders and lower == company for upper, lower, _ in self.bases)

    def _all_at_once(self, control: dict[int, set[int]]) -> bool:
        before = {unit: set(companies) for unit, companies in control.items()}
        for unit, parties in self.units.items():
            holders = set(parties) | before[unit]
            for company in set(range(self.n)) - holders:
                own = before[company] - {company} if self.rule.own_shares == "reduce" else set()
                if self.declared(holders, company) or self.suffices(holders, company, own):
                    control[unit].add(company)
        return before != control

    def _rounds(self) -> dict[Pair, int]:
        """Rounds when own shares are known from the start."""
        rounds: dict[Pair, int] = {}
        for unit, parties in self.units.items():
            found: set[int] = set()
            number = 0
            while found != self.control[unit]:
                number += 1
                holders = set(parties) | found
                for company in self.control[unit] - found:
                    if self.declared(holders, company) or self.suffices(holders, company, self.own_holders(company)):
                        found.add(company)
                        rounds[unit, company] = number
        return rounds

    def votes(self, unit: int, company: int) -> Fraction | None:
        """The votes to be shown; None where nothing is left to divide by."""
        held = {h: v for h, v in self.held[company].items() if h != company}
        mine = set(self.units[unit])
        inside = self.control[company] - mine
        reached = mine | self.control[unit]
        plain = sum((v for h, v in held.items() if h in reached and h not in inside), Fraction())
        full = sum((v for h, v in held.items() if h in reached), Fraction())
        itself = self.held[company].get(company, Fraction())
        whole = rest = Fraction(1)
        if self.rule.own_shares == "reduce":
            whole = 1 - itself - sum((v for h, v in held.items() if h in inside), Fraction())
            rest = 1 - itself - sum((v for h, v in held.items() if h in inside - reached), Fraction())
        if not self._passes(plain, whole) and self._passes(full, rest):
            return full / rest if rest > 0 else None
        return plain / whole if whole > 0 else None

    def _passes(self, votes: Fraction, denominator: Fraction) -> bool:
        right = Fraction(self.rule.threshold.ppb, PPB) * max(denominator, Fraction(0))
        return bool(votes > right or (self.rule.threshold.sense == "at_least" and votes == right and votes > 0))

    def groups(self) -> set[tuple[frozenset[int], frozenset[int]]]:
        """(heads, all parties) of every group."""
        found = set()
        for unit, parties in self.units.items():
            if unit in self.members:
                continue
            cycle = {u for u in self.control[unit] if unit in self.control[u]} | parties
            above = {
                u
                for u in self.units
                if u not in self.members and u not in cycle and u != unit and self.control[u] & cycle
            }
            everything = frozenset(cycle | self.control[unit])
            if not above and (everything - cycle or (unit < self.n and len(cycle) > 1)):
                found.add((frozenset(cycle), everything))
        return found
