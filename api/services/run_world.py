"""The world of a run in memory: what it read, thawed from its archive, with the control and the groups that follow.

A world answers questions that no statement of the database does: what a change would lead to, why a party is in a
group, what holds a group together. It is archived data that never changes, so a process may keep it for as long as it
likes, and any number of processes have the same.
"""

from __future__ import annotations

import gc
import json
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray, distinct, offsets, order_by, rows_of
from algorithms.connections import KIN
from algorithms.control import Control
from algorithms.guarantees import Guarantees
from algorithms.threshold import UNKNOWN
from api.services.dependence_basis import equity_of
from api.services.kept_run import current_run, run_kept
from api.services.risk_input import RiskInput
from api.services.risk_tables import guarantees_of
from api.services.rule_sets import RuleSet
from api.services.run_archive import Archive
from api.services.run_compute import Grouped, compute_control, compute_groups, with_related
from api.services.run_exposure import Book, RiskFound, RulesFound
from api.services.run_frozen import FOR_NO_GROUP, thaw_earlier, thaw_input, thaw_risk, thaw_rules
from api.services.run_input import RunInput
from api.services.run_parameters import RunParameters, parameters_kept
from api.services.run_results import CONNECTED, CONTROL
from graph import times
from graph.errors import BadInput, NotFound
from graph.store import Store, View

KEPT = 2
"""Worlds that a process keeps: that of the current run, and the one before while a new run takes its place."""


@dataclass(frozen=True)
class RowsBy:
    """Rows of a table by the party or contract that one of its columns names. Rows that name none are in none."""

    order: IntArray
    first: IntArray

    def of(self, ids: IntArray) -> IntArray:
        """The rows that name any of these, those of each id together, in the order given."""
        rows: IntArray = self.order[rows_of(self.first, ids)[1]]
        return rows


def rows_by(column: IntArray, n: int) -> RowsBy:
    """Rows by the ids 0..n-1 of a column; -1 stands for none."""
    named = np.flatnonzero(column >= 0)
    order = named[order_by(column[named])]
    return RowsBy(order, offsets(column[order], n))


@dataclass(frozen=True)
class Graph:
    """Links along which groups are reached, by both ends. Nodes: parties, then families, then copies of sovereigns.

    party_of: of each node, -1 for a family. copies: the nodes that are copies.
    """

    source: IntArray
    target: IntArray
    by_source: RowsBy
    by_target: RowsBy
    party_of: IntArray
    copies: IntArray

    def reached(self, nodes: IntArray) -> IntArray:
        """What links lead to from these nodes; nodes of no number here lead nowhere."""
        return self.target[self.by_source.of(nodes[nodes < self.party_of.size])]

    def standing_for(self, parties: IntArray) -> IntArray:
        """The copies of any of these parties, which are sovereigns."""
        return self.copies[np.isin(self.party_of[self.copies], parties)]

    def reaching(self, nodes: IntArray) -> IntArray:
        """What links lead from to these nodes."""
        return self.source[self.by_target.of(nodes[nodes < self.party_of.size])]


def _graph(source: IntArray, target: IntArray, party_of: IntArray) -> Graph:
    n = party_of.size
    copies = np.flatnonzero((party_of >= 0) & (party_of != np.arange(n)))
    return Graph(source, target, rows_by(source, n), rows_by(target, n), party_of, copies)


@dataclass(frozen=True)
class World:
    """What a run read and what follows from it. Parties are ordinals: places in `given.party_ids`, ascending.

    related: the bank's own related parties by rule set, ascending.
    """

    run_id: str
    as_of: date
    parameters: RunParameters
    sets: tuple[RuleSet, ...]
    given: RunInput
    risk: RiskInput
    control: Control
    grouped: Grouped
    related: Mapping[str, IntArray] = field(default_factory=dict)
    _columns: dict[tuple[str, str], IntArray] = field(default_factory=dict, repr=False)
    _indexes: dict[tuple[str, str], RowsBy] = field(default_factory=dict, repr=False)

    @property
    def n_parties(self) -> int:
        """How many parties there are."""
        return len(self.given.party_ids)

    @property
    def found(self) -> RiskFound:
        """What the rule sets found."""
        return self.grouped.risk

    @property
    def book(self) -> Book:
        """The groups, each once; a group's place in it is that of its id in `group_ids`."""
        return self.found.book

    @property
    def group_ids(self) -> list[str]:
        """The id of each group in the book, as the run gave them."""
        return self.grouped.subjects

    def ordinal(self, party_id: str) -> int | None:
        """The ordinal of a party, or None where the run knew none of this id."""
        at = bisect_left(self.given.party_ids, party_id)
        there = at < self.n_parties and self.given.party_ids[at] == party_id
        return at if there else None

    def party_id(self, ordinal: int) -> str:
        """The id of a party."""
        return self.given.party_ids[ordinal]

    def place(self, group_id: str) -> int:
        """A group's place in the book. Raises NotFound where the run found no group of this id."""
        found = self._places.get(group_id)
        if found is None:
            raise NotFound(
                f"{self.run_id} found no group {group_id[:80]!r}: only groups of control and of connected clients are "
                "found by runs.",
                field="group_id",
                value=group_id[:80],
            )
        return found

    def under(self, rules: str) -> RulesFound:
        """What one rule set found. Raises BadInput for one that the run did not test groups by."""
        if rules not in self.found.by_rules:
            known = ", ".join(sorted(self.found.by_rules)) or "none"
            raise BadInput(
                f"{self.run_id} found no groups of connected clients by {rules[:80]!r}; it did by: {known}.",
                field="rules",
                value=rules[:80],
            )
        return self.found.by_rules[rules]

    def table(self, name: str) -> pl.DataFrame:
        """A table of `risk`, or `stakes`, `bases` and `couples` of `given`."""
        return self._held[name] if name in self._held else self.risk.tables[name]

    def column(self, table: str, name: str) -> IntArray:
        """A column of whole numbers. Whoever asks shares it, and leaves it as it is."""
        key = (table, name)
        if key not in self._columns:
            self._columns[key] = self.table(table)[name].to_numpy().astype(np.int64)
        return self._columns[key]

    def rows(self, table: str, column: str, ids: IntArray) -> IntArray:
        """Rows of a table whose column (of parties, or of contracts) names any of the ids; unknown ids name none."""
        key = (table, column)
        n = self.risk.tables["facilities"].height if column == "facility" else self.n_parties
        if key not in self._indexes:
            self._indexes[key] = rows_by(self.column(table, column), n)
        return self._indexes[key].of(ids[(ids >= 0) & (ids < n)])

    def securities_of(self, collateral: Sequence[str]) -> IntArray:
        """Rows of `securities` by the ids of what secures."""
        rows = [self._by_collateral[one] for one in collateral if one in self._by_collateral]
        return np.asarray([row for of_one in rows for row in of_one], dtype=np.int64)

    @cached_property
    def graphs(self) -> tuple[Graph, ...]:
        """What groups are reached along: control, then what connects under each rule set in `found.by_rules`."""
        links, families = self.control.structure.links, np.full(len(self.control.families), -1)
        arcs = [one.under.connected.arcs for one in self.found.by_rules.values()]
        return (
            _graph(links.source, links.target, np.concatenate((np.arange(self.n_parties), families))),
            *(_graph(one.source, one.target, one.party_of) for one in arcs),
        )

    def families_of(self, parties: IntArray) -> IntArray:
        """The families, as nodes of the graphs, that any of the parties is a member of."""
        family, by_member = self._members
        return distinct(family[by_member.of(parties[(parties >= 0) & (parties < self.n_parties)])])

    @cached_property
    def _members(self) -> tuple[IntArray, RowsBy]:
        """The family of each membership, and the memberships by member."""
        families = self.control.families
        family = np.repeat(np.arange(len(families)) + self.n_parties, [len(members) for members in families])
        member = np.asarray([party for members in families for party in members], dtype=np.int64)
        return family.astype(np.int64), rows_by(member, self.n_parties)

    @cached_property
    def banks(self) -> IntArray:
        """The parties that are the bank itself."""
        return np.asarray(self.risk.reporting_banks, dtype=np.int64)

    @cached_property
    def with_kin(self) -> BoolArray:
        """Parties that some person controls together with close kin alone, under any rule set, shape (n_parties,)."""
        out = np.zeros(self.n_parties, dtype=np.bool_)
        for one in self.found.by_rules.values():
            arcs = one.under.connected.arcs
            out[arcs.target[arcs.kind == KIN]] = True
        return out

    @cached_property
    def _held(self) -> dict[str, pl.DataFrame]:
        s, b = self.given.stakes, self.given.bases
        stakes = {"owner": s.owner, "owned": s.owned, "votes": s.votes, "low": s.lower(), "high": s.upper()}
        stakes["share"] = self.given.capital
        basis = pl.Series(list(b.names), dtype=pl.String)[b.basis] if b.names else pl.Series(dtype=pl.String)
        bases = {"controller": b.controller, "controlled": b.controlled, "basis": basis}
        couples = np.asarray(self.given.couples, dtype=np.int64).reshape(-1, 2)
        return {
            "stakes": pl.DataFrame(stakes),
            "bases": pl.DataFrame(bases),
            "couples": pl.DataFrame({"one": couples[:, 0], "other": couples[:, 1]}),
        }

    @cached_property
    def _by_collateral(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row, collateral in enumerate(self.risk.texts("securities", "collateral")):
            found.setdefault(collateral, []).append(row)
        return found

    @cached_property
    def guarantees(self) -> Guarantees:
        """All guarantees, amounts in the reporting currency, in the order of their table."""
        return guarantees_of(self.risk, self.found.basis)

    @cached_property
    def equity(self) -> IntArray:
        """What each party has to pay calls from, shape (n_parties,): its equity, 0 where that is below, or UNKNOWN."""
        equity, is_known = equity_of(self.risk, self.found.basis, self.n_parties)
        return np.where(is_known, np.maximum(equity, 0), UNKNOWN)

    @cached_property
    def facility_rows(self) -> dict[str, int]:
        """The row of each contract by its id."""
        return {id: row for row, id in enumerate(self.risk.texts("facilities", "facility_id"))}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {group_id: place for place, group_id in enumerate(self.group_ids)}


def thaw(archive: Path, run_id: str, parameters: RunParameters, as_of: date) -> World:
    """The world of a run from its archive. Raises NotFound where its tables are not in this archive."""
    tables = Archive(archive, run_id)
    given, risk, sets = (
        thaw_input(tables),
        thaw_risk(tables, FOR_NO_GROUP),
        tuple(one.rules for one in thaw_rules(tables)),
    )
    control = compute_control(given, parameters)
    earlier, connected = (thaw_earlier(tables, kind) for kind in (CONTROL, CONNECTED))
    grouped = compute_groups(given, risk, control, earlier, connected, sets, as_of)
    tested, found = with_related(given, risk, control, grouped, sets, as_of)
    return World(run_id, as_of, parameters, sets, given, risk, control, tested, found.related)


class Worlds:
    """The worlds of the latest runs that were asked about, thawed when first asked for, one at a time."""

    def __init__(self, store: Store, archive: Path, most: int = KEPT) -> None:
        self._store, self._archive, self._most = store, archive, most
        self._known: OrderedDict[str, World] = OrderedDict()
        self._looking, self._thawing = threading.Lock(), threading.Lock()

    def of(self, view: View) -> World:
        """The world of the run that speaks of the view's day. Raises NotFound where there is none."""
        return self.of_run(current_run(view))

    def of_run(self, run_id: str) -> World:
        """The world of a run; whoever asks while it is thawed waits for it. Raises NotFound where the run is unknown,
        or its tables are not in this archive."""
        found = self._look(run_id)
        if found is None:
            with self._thawing:
                found = self._look(run_id) or self._keep(self._thaw(run_id))
        return found

    def _look(self, run_id: str) -> World | None:
        with self._looking:
            if run_id in self._known:
                self._known.move_to_end(run_id)
            return self._known.get(run_id)

    def _keep(self, world: World) -> World:
        # It is millions of objects that stay: looking through them for garbage would halt all answers. What is garbage
        # already must not stay with them.
        gc.collect(1)
        gc.freeze()
        with self._looking:
            self._known[world.run_id] = world
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return world

    def _thaw(self, run_id: str) -> World:
        kept = run_kept(self._store, run_id)
        as_of = times.EPOCH + timedelta(days=kept["as_of"])
        return thaw(self._archive, run_id, parameters_kept(json.loads(kept["parameters"])), as_of)
