"""Whom a change of links, contracts and figures touches at once: where its region starts to grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from algorithms.columns import IntArray, distinct, joined, nothing
from algorithms.explore import explore
from api.services.risk_input import PARTIES
from api.services.run_change import NEW_PARTY, Change
from api.services.run_cut import GROUPS_FOLLOW_FROM, Sides, grown

_OF_FACILITIES = ("drawdowns", "borrowers", "guarantees", "securities", "repayments")
_HELD = ("stakes", "bases", "couples")
_NEIGHBOURS = ("dependence", "payments", "guarantees", "kin")


@dataclass(frozen=True)
class Ends:
    """touched: parties whose links or figures differ. moved: parties whose controllers may differ. flipped: parties
    that may be a bank or a sovereign on one side alone. All as the world numbers them, ascending."""

    touched: IntArray
    moved: IntArray
    flipped: IntArray


def ends_of(sides: Sides, change: Change) -> Ends:
    """What a change touches at once."""
    found = _Ends(sides, change)
    moved, flipped = distinct(joined(*found.moved())), found.named("institutions", "party")
    touched = joined(moved, flipped, *found.told(), *found.of_facilities(), *found.of_flipped(flipped), found.of_kin())
    return Ends(distinct(touched[touched >= 0]), moved, flipped)


@dataclass(frozen=True)
class _Ends:
    sides: Sides
    change: Change

    def named(self, table: str, column: str) -> IntArray:
        """What the rows of a table that differ name in a column."""
        gone, come = self.change.removed.get(table, nothing()), self.change.added.get(table)
        out = [self.sides.before.column(table, column, gone)]
        if come is not None:
            out.append(come[column].to_numpy().astype(np.int64))
        named = distinct(joined(*out))
        return named[named >= 0]

    def moved(self) -> Iterator[IntArray]:
        """Where holdings, declared control or couples differ."""
        yield self.named("stakes", "owned")
        yield self.named("bases", "controlled")
        couples = joined(self.named("couples", "one"), self.named("couples", "other"))
        yield couples
        yield self.sides.across("stakes", "owner", "owned", couples)
        yield self.sides.across("bases", "controller", "controlled", couples)

    def told(self) -> Iterator[IntArray]:
        """The parties that rows which differ name."""
        for table in GROUPS_FOLLOW_FROM:
            yield from (self.named(table, column) for column in PARTIES[table])

    def of_facilities(self) -> Iterator[IntArray]:
        """Who owes or protects a contract whose exposure may differ, and who repays from the same single source."""
        facility = self.named_facilities()
        shared = grown(facility, self.sides.sharing_collateral, lambda _: None)
        across = self.sides.across
        yield across("borrowers", "facility", "party", shared)
        yield across("guarantees", "facility", "guarantor", shared)
        yield across("securities", "facility", "issuer", shared)
        borrowers = joined(across("borrowers", "facility", "party", facility), self.named("borrowers", "party"))
        owed = across("borrowers", "party", "facility", borrowers)
        payers = joined(across("repayments", "facility", "payer", owed), self.named("repayments", "payer"))
        repaid = across("repayments", "payer", "facility", payers)
        yield across("borrowers", "facility", "party", repaid)

    def named_facilities(self) -> IntArray:
        """The contracts of rows that differ."""
        come = self.change.added.get("facilities")
        height = self.sides.before.world.table("facilities").height
        fresh = np.arange(0 if come is None else come.height) + height
        named = (self.named(table, "facility") for table in _OF_FACILITIES)
        restated = np.asarray(list(self.change.restated), dtype=np.int64)
        return distinct(joined(self.change.removed.get("facilities", nothing()), fresh, restated, *named))

    def of_flipped(self, flipped: IntArray) -> Iterator[IntArray]:
        """Whoever a party that may become a bank or a sovereign is linked to, or controls."""
        for table in _NEIGHBOURS:
            one, other = PARTIES[table]
            yield self.sides.across(table, one, other, flipped)
            yield self.sides.across(table, other, one, flipped)
        borrowed = self.sides.across("borrowers", "party", "facility", flipped)
        yield self.sides.across("repayments", "facility", "payer", borrowed)
        repaid = self.sides.across("repayments", "payer", "facility", flipped)
        yield self.sides.across("borrowers", "facility", "party", repaid)
        for graph in self.sides.before.world.graphs:
            yield graph.party_of[graph.reached(flipped)]  # -1 for families, which are dropped

    def of_kin(self) -> IntArray:
        """What persons control with their kin who are main persons on one side alone, or whose kin differ."""
        world = self.sides.before.world
        if all(one.under.rule.kin == "off" for one in world.found.by_rules.values()):
            return nothing()
        persons = joined(
            self.named("kin", "person"),
            self.named("kin", "relative"),
            self.named("key_managers", "person"),
            self._main(),
        )
        across = self.sides.across
        found = [persons]
        for person in distinct(persons).tolist():
            one = np.asarray([person])
            kin = joined(across("kin", "person", "relative", one), across("kin", "relative", "person", one))
            nodes = distinct(joined(one, kin))
            nodes = nodes[nodes < NEW_PARTY]
            unit = np.zeros(nodes.size, dtype=np.int64)
            reached = explore(world.control.structure.tests, unit, nodes, together=True).node
            found += [kin, reached[reached < world.n_parties]]
        return joined(*found)

    def _main(self) -> IntArray:
        """Holders whose holdings differ: one that is small may make a significant one together with others."""
        gone, come = self.change.removed.get("stakes", nothing()), self.change.added.get("stakes")
        owners = [self.sides.before.column("stakes", "owner", gone)]
        if come is not None:
            owners.append(come["owner"].to_numpy().astype(np.int64))
        return joined(*owners)
