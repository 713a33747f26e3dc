"""The region of a change: the parties that changed links and contracts can touch, with all that their groups take.

A group is what its head reaches along control, dependence and kin. So a change of links touches the groups of both
ends, before and after, and no others: the region is all that stands above the ends, with all that is reached from
there. It is cut out of what the run read (`run_cut`), and the run's own computation is made of the part. Where control,
or a link of dependence, turns out to differ, its ends are touched too and the region grows, until nothing differs.
What the part gives for the touched is then what a computation of everything gives.

Who is related to the bank itself follows from who holds and runs the bank, their kin and what these control. So a part
always holds the stakes in the bank, and whoever turns out to be related on one side alone is touched, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray, distinct, joined, nothing
from algorithms.connections import CONTROL, DEPENDENCE
from algorithms.control import Control
from algorithms.groups import Groups, control_groups
from api.services.exposure_basis import basis_of
from api.services.risk_input import SELF
from api.services.run_bank_limits import with_bank_limits
from api.services.run_bank_parties import find_bank_parties
from api.services.run_change import NEW_PARTY, Change, Side
from api.services.run_compute import compute_control
from api.services.run_connected import ConnectedUnder, connected_under
from api.services.run_cut import OF_ALL, Part, Sides, cut, grown, part_of
from api.services.run_ends import ends_of
from api.services.run_exposure import RiskFound, compute_risk
from api.services.run_world import Graph, World

MOST = 10
"""A region of more than one party in so many is none: everything is computed."""
FEWEST_OF_ALL = 5_000
"""Up to so many parties the whole is small, and any region of it is taken."""


EVERYTHING = 1 << 62
"""As `most`: a region of any width."""


class TooWide(Exception):
    """The change can touch more parties than a region may have. parties: how many were found before it was given up."""

    def __init__(self, parties: int, most: int) -> None:
        super().__init__(f"the change can touch {parties:,} parties or more; a region has at most {most:,}")
        self.parties = parties


def most_of(n_parties: int) -> int:
    """How many parties a region may have."""
    return max(n_parties // MOST, min(n_parties, FEWEST_OF_ALL))


@dataclass(frozen=True)
class Computed:
    """What the run's own computation gives for one side of a region. related: the bank's own related parties by rule
    set, as the part numbers parties."""

    part: Part
    control: Control
    groups: Groups
    found: RiskFound
    related: Mapping[str, IntArray]


@dataclass(frozen=True)
class Region:
    """A region, computed before and after a change.

    Both sides number the same parties alike: by place in `part.given.party_ids`. touched, inner: shape (n,). A group
    of either side is exact where it holds a touched party; the exposure of a single party is where it is inner. All
    related parties of the bank together differ between the sides by what they differ by in the whole, no more. Of the
    groups that sources declare it holds those with a touched party, whole.
    """

    world: World
    change: Change
    touched: BoolArray
    inner: BoolArray
    before: Computed
    after: Computed

    def touches(self, parties: IntArray) -> bool:
        """Whether a group of these parties is one that the change touches."""
        return bool(self.touched[parties].any())

    @property
    def party_ids(self) -> list[str]:
        """The ids of its parties, ascending."""
        return self.before.part.given.party_ids


def region(world: World, change: Change, touched: IntArray | None = None, most: int | None = None) -> Region:
    """The region of a change. touched: further parties, whose groups are asked for whatever the change does.

    Raises TooWide where it would hold more than `most` parties (one in `MOST` of all).
    """
    if change.tables & OF_ALL or _moves_the_bank(world, change):
        raise TooWide(world.n_parties, 0)
    limit = most if most is not None else most_of(world.n_parties)
    return _Growing(world, change, nothing() if touched is None else touched, limit).run()


def _moves_the_bank(world: World, change: Change) -> bool:
    """Whether another party is the bank itself after a change: then anybody may be related to it."""
    if "institutions" not in change.tables:
        return False
    kept = world.table("institutions")
    rows = [kept[change.removed.get("institutions", nothing())], change.added.get("institutions", kept.clear())]
    return any(SELF in frame["bank_role"] for frame in rows)


@dataclass(frozen=True)
class _Links:
    """Links between parties of one graph that only one side has, as the world numbers parties."""

    source: IntArray = field(default_factory=nothing)
    target: IntArray = field(default_factory=nothing)

    def and_more(self, source: IntArray, target: IntArray) -> _Links:
        pairs = np.unique(np.stack((joined(self.source, source), joined(self.target, target))), axis=1)
        return _Links(pairs[0], pairs[1])


@dataclass(frozen=True)
class _Settled:
    """Control and connections of one side. flipped: parties that may be a sovereign on one side alone. related: the
    bank's own related parties by rule set, exact where they are inner."""

    part: Part
    control: Control
    under: list[ConnectedUnder]
    flipped: IntArray
    related: Mapping[str, IntArray]

    def links(self) -> Iterator[IntArray]:
        """Links between parties by graph, as distinct rows of (source, target, kind, firm): immediate control, then for
        each rule set all that is not control, and all that leaves a flipped party. A family is all of its members."""
        found = self.control.immediate
        size = found.controller.size
        columns = (found.controller, found.controlled, np.full(size, CONTROL), np.ones(size, dtype=np.int64))
        yield self._by_party(np.stack(columns, axis=1), np.arange(self.control.n_parties))
        for each in self.under:
            arcs = each.connected.arcs
            rows = np.stack((arcs.source, arcs.target, arcs.kind, arcs.firm.astype(np.int64)), axis=1)
            kept = (arcs.kind != CONTROL) | np.isin(arcs.party_of[arcs.source], self.flipped)
            yield self._by_party(rows[kept], arcs.party_of)

    def _by_party(self, rows: IntArray, party_of: IntArray) -> IntArray:
        n, families = self.control.n_parties, self.control.families

        def parties(node: int) -> Sequence[int]:
            return families[node - n] if n <= node < self.control.table.n_nodes else (int(party_of[node]),)

        out = {
            (one, other, *rest)
            for source, target, *rest in rows.tolist()
            for one in parties(source)
            for other in parties(target)
            if one != other
        }
        return np.asarray(sorted(out), dtype=np.int64).reshape(-1, 4)


class _Growing:
    """Grows a region until the two sides differ in nothing outside it."""

    def __init__(self, world: World, change: Change, touched: IntArray, limit: int) -> None:
        self._world, self._change, self._limit = world, change, limit
        self._sides = Sides(Side(world, Change(new_parties=change.new_parties)), Side(world, change))
        self._sets = [one for one in world.sets if one.id in world.found.by_rules]
        self._bank_sets = [one for one in world.sets if one.related]
        self._banks = world.banks if self._bank_sets else nothing()
        ends = ends_of(self._sides, change)
        self._flipped = ends.flipped
        self._touched, self._moved = distinct(joined(touched, ends.touched)), ends.moved
        self._extra = [_Links() for _ in world.graphs]

    def run(self) -> Region:
        while True:
            declared, members = self._declared()
            inner = distinct(joined(self._walk(), members))
            controlled = self._controlled(self._moved)
            # A family falls with a member who depends on somebody if it, or any member, controls something: that shows
            # only where the part holds what they control.
            control, families = self._world.graphs[0], self._world.families_of(inner)
            by_families = control.reached(joined(families, control.reached(families)))
            held = joined(
                self._moved, self._banks, self._sides.across("stakes", "owner", "owned", controlled), by_families
            )
            chosen = replace(cut(self._sides, inner, held, self._touched, self._check), declared=declared)
            before, after = (self._settle(part_of(s, chosen)) for s in (self._sides.before, self._sides.after))
            if not self._grow(before, after):
                return self._computed(inner, before, after)

    def _check(self, parties: IntArray) -> None:
        if parties.size > self._limit:
            raise TooWide(parties.size, self._limit)

    def _walk(self) -> IntArray:
        """All that is reached, in any of the graphs, from whatever reaches a touched party."""
        found = [self._touched]
        for each, extra in zip(self._world.graphs, self._extra, strict=True):
            start = joined(self._touched, each.standing_for(self._touched))
            above = grown(start, partial(_against, each, extra), self._check)
            reached = grown(above, partial(_along, each, extra), self._check)
            found.append(self._parties(each, reached))
        return distinct(joined(*found))

    def _declared(self) -> tuple[tuple[str, ...], IntArray]:
        """The groups that sources declare with a touched party, by id, and all their members. A change leaves their
        members as they are; where nothing changes nobody asks for them."""
        if not self._change.tables:
            return (), nothing()
        table = self._world.table("declared")
        ids = table[self._world.rows("declared", "party", self._touched)]["group_id"].unique()
        members = table.filter(pl.col("group_id").is_in(ids.implode()))["party"]
        return tuple(ids.sort().to_list()), members.to_numpy().astype(np.int64)

    def _parties(self, each: Graph, nodes: IntArray) -> IntArray:
        """The parties that nodes stand for, the members of families."""
        known = nodes[nodes < each.party_of.size]
        party = each.party_of[known]
        families = known[party < 0] - self._world.n_parties
        members = [one for family in families.tolist() for one in self._world.control.families[family]]
        return joined(nodes[nodes >= NEW_PARTY], party[party >= 0], np.asarray(members, dtype=np.int64))

    def _controlled(self, parties: IntArray) -> IntArray:
        """These parties and all that they control, on either side."""
        control = self._world.graphs[0]
        return self._parties(control, grown(parties, partial(_along, control, self._extra[0]), self._check))

    def _settle(self, part: Part) -> _Settled:
        control = compute_control(part.given, self._world.parameters)
        basis = basis_of(part.risk, self._world.as_of)
        under = [connected_under(part.given, part.risk, control, one, basis) for one in self._sets]
        flipped = np.flatnonzero(np.isin(part.ordinals, self._flipped))
        related = find_bank_parties(part.given, part.risk, control, self._bank_sets).related
        return _Settled(part, control, under, flipped, related)

    def _grow(self, before: _Settled, after: _Settled) -> bool:
        """Take in the ends of what differs between the sides; whether any is new."""
        sizes = self._sizes()
        ends, moved = [self._touched], [self._moved]
        for place, (one, other) in enumerate(zip(before.links(), after.links(), strict=True)):
            differing = _differing(one, other)
            source, target = (before.part.ordinals[differing[:, column]] for column in (0, 1))
            ends += [source, target]
            moved.append(target[differing[:, 2] != DEPENDENCE])
            # Whoever controls another stands above it in the graph of each rule set, too.
            for graph in range(len(self._extra)) if place == 0 else (place,):
                self._extra[graph] = self._extra[graph].and_more(source, target)
        ends += [before.part.ordinals[np.setxor1d(before.related[id], after.related[id])] for id in before.related]
        self._touched, self._moved = distinct(joined(*ends)), distinct(joined(*moved))
        return self._sizes() != sizes

    def _sizes(self) -> tuple[int, ...]:
        return (self._touched.size, self._moved.size, *(one.source.size for one in self._extra))

    def _computed(self, inner: IntArray, before: _Settled, after: _Settled) -> Region:
        ordinals = before.part.ordinals
        touched, exact = np.isin(ordinals, self._touched), np.isin(ordinals, inner)
        sides = []
        for one in (before, after):
            groups = control_groups(one.control)
            part, as_of = one.part, self._world.as_of
            found = compute_risk(part.given, part.risk, one.control, groups, self._sets, as_of, one.under)
            related = {id: self._related(id, parties, part, exact) for id, parties in one.related.items()}
            tested = with_bank_limits(found, part.given, part.risk, groups, self._bank_sets, related, as_of)
            sides.append(Computed(one.part, one.control, groups, tested, related))
        return Region(self._world, self._change, touched, exact, *sides)

    def _related(self, rules: str, found: IntArray, part: Part, exact: BoolArray) -> IntArray:
        """The related parties of a part: of those that are not inner, the ones that the run found."""
        known = np.isin(part.ordinals, self._world.related.get(rules, nothing()))
        known[exact] = False
        return distinct(joined(np.flatnonzero(known), found[exact[found]]))


def _along(graph: Graph, extra: _Links, nodes: IntArray) -> IntArray:
    return joined(graph.reached(nodes), extra.target[np.isin(extra.source, nodes)])


def _against(graph: Graph, extra: _Links, nodes: IntArray) -> IntArray:
    return joined(graph.reaching(nodes), extra.source[np.isin(extra.target, nodes)])


def _differing(one: IntArray, other: IntArray) -> IntArray:
    """The rows that only one of two tables of distinct rows has."""
    rows, count = np.unique(np.concatenate((one, other)), axis=0, return_counts=True)
    differing: IntArray = rows[count == 1]
    return differing
