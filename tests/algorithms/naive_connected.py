"""Groups of connected clients taken literally from their definition: sets and a fixpoint. The oracle of the tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from algorithms.connections import ConnectRule
from tests.algorithms.naive_control import Naive

Group = frozenset[int]


@dataclass
class NaiveConnected:
    """Sovereigns are parties that nothing controls, and no main persons. kin: pairs of close kin; main: main persons."""

    world: Naive
    dependence: Sequence[tuple[int, int, bool]]
    rule: ConnectRule
    exposed: frozenset[int]
    sovereign: frozenset[int] = frozenset()
    bank: frozenset[int] = frozenset()
    main: frozenset[int] = frozenset()
    kin: Sequence[tuple[int, int]] = ()
    reporting_banks: tuple[int, ...] = ()
    by_kin: dict[int, tuple[frozenset[int], frozenset[int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.rule.kin != "off":
            self.by_kin = {person: self._with_kin(person) for person in self.main}

    def groups(self, firm: bool) -> set[Group]:
        """The groups, none inside another."""
        found = {self.closure(seed, firm) for seed in self._seeds(firm)}
        found = {group for group in found if len(group) > 1}
        return {group for group in found if not any(group < other for other in found)}

    def connectors(self, group: Group) -> set[int]:
        """The parties of a group without exposure from which some with exposure hang."""
        out = set()
        for party in group - self.exposed:
            if self.rule.sovereign == "alternative" and party in self.sovereign:
                below: set[int] = set()
                for entity in self.entities(party, firm=False):
                    below |= self.closure(entity, firm=False)
            else:
                below = set(self.closure(frozenset({party}) | self._with_all(party), firm=False))
            if (below - {party}) & self.exposed:
                out.add(party)
        return out

    def closure(self, seed: Group, firm: bool) -> Group:
        """All that joins, repeated until nothing joins."""
        group = set(seed)
        while True:
            before = set(group)
            for dependent, provider in self._links(firm):
                if provider in before and (self.rule.sovereign == "connects" or provider not in self.sovereign):
                    group |= self._joining(dependent)
            for person in before & set(self.by_kin):
                for company in self._kin_companies(person, firm):
                    group |= {company} | self._controlled(company)
            if group == before:
                return frozenset(group)

    def _seeds(self, firm: bool) -> Iterator[Group]:
        for unit, parties in self.world.units.items():
            if unit >= self.world.n and not self._controlled(unit):
                continue
            yield parties | self._controlled(unit)
            if self.rule.sovereign == "alternative" and unit in self.sovereign:
                for entity in self.entities(unit, firm):
                    yield frozenset({unit}) | entity

    def entities(self, sovereign: int, firm: bool) -> Iterator[Group]:
        """What a sovereign controls, or what depends on it, each with all that joins at once."""
        for one in self.world.control[sovereign]:
            yield frozenset({one}) | self._controlled(one)
        for dependent, provider in self._links(firm):
            if provider == sovereign:
                yield self._joining(dependent)

    def _links(self, firm: bool) -> Iterator[tuple[int, int]]:
        for dependent, provider, confirmed in self.dependence:
            if not self.rule.dependence or (firm and not confirmed and not self.rule.flagged_counts):
                continue
            if provider in self.reporting_banks or dependent == provider:
                continue
            if self.rule.banks_depend or not {dependent, provider} & self.bank:
                yield dependent, provider

    def _joining(self, dependent: int) -> Group:
        """A dependent with all that it controls, also as one with others."""
        return frozenset({dependent}) | self._with_all(dependent)

    def _with_all(self, party: int) -> Group:
        joining = set(self._controlled(party))
        for unit, parties in self.world.units.items():
            if unit >= self.world.n and party in parties and self._controlled(unit):
                joining |= parties | self._controlled(unit)
        return frozenset(joining)

    def _controlled(self, unit: int) -> Group:
        """What a unit controls and connects."""
        if unit in self.sovereign and self.rule.sovereign != "connects":
            return frozenset()
        own = self.world.units[unit] if unit >= self.world.n else frozenset({unit})
        return frozenset(self.world.control[unit] - own)

    def _kin_companies(self, person: int, firm: bool) -> Group:
        jointly, alone = self.by_kin[person]
        return jointly if firm and not self.rule.flagged_counts else jointly | alone

    def _with_kin(self, person: int) -> tuple[Group, Group]:
        """What a person controls jointly with close kin, and what the kin control alone."""
        kin = {other for pair in self.kin if person in pair for other in pair} - {person}
        if not kin:
            return frozenset(), frozenset()
        family = [sorted(kin | {person})]
        together = replace(self.world, rule=replace(self.world.rule, family_as_one=True), families=family)
        reached = together.control[self.world.n] - kin - {person}
        part = {person}
        while True:
            more = {
                company
                for company in reached - part
                if any(self.world.held.get(company, {}).get(holder, 0) > 0 for holder in part - {company})
                or self.world.declared(part, company)
            }
            if not more:
                return frozenset(part - {person}), frozenset(reached - part)
            part |= more
