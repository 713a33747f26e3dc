"""Majority control: who controls whom (DOMAIN.md 1).

x controls y directly or together with what it already controls: the least fixpoint of "x controls y when the votes
in y held by x and by all that x controls pass the threshold", with declared bases feeding it like votes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from algorithms.ballots import Links
from algorithms.columns import BoolArray, IntArray, distinct, joined, offsets, order_by, ranges, rows_of
from algorithms.explore import explore
from algorithms.immediate import immediate_links
from algorithms.pairs import BASES, ControlPairs, Describer, Gap, ImmediateControl
from algorithms.settle import Structure, settle
from algorithms.threshold import PPB
from algorithms.votes import (
    Bases,
    ControlRule,
    Reading,
    Stakes,
    VoteTable,
    check_families,
    check_ordinals,
    vote_table,
)

PAIRS_AT_ONCE = 1_000_000
"""About how many pairs are worked out in one pass of the streamed list."""


@dataclass(frozen=True)
class Control:
    """The result of `control`. Ordinals from n_parties on stand for families: n_parties + k is family k.

    unknown_votes: stakes without a figure. above_one: parties whose holdings sum above 1 (allowing one part per
    billion a stake); they are used all the same. warnings: the same in words, for people.
    """

    n_parties: int
    families: tuple[tuple[int, ...], ...]
    table: VoteTable
    rule: ControlRule
    structure: Structure
    bases: Bases
    unknown_votes: int
    above_one: IntArray

    @property
    def basis_names(self) -> tuple[str, ...]:
        """What the basis codes of pairs stand for."""
        return (*BASES, *self.bases.names)

    @cached_property
    def counts(self) -> IntArray:
        """How many parties each node controls, shape (n_parties + n_families,). Linear, no pair is listed.

        Members of families have 0: their family is the controller.
        """
        nodes = np.arange(self.table.n_nodes)
        sizes = self.structure.reach_sizes(nodes < self.n_parties)[self.structure.lines.line]
        own = np.ones(self.table.n_nodes, dtype=np.int64)
        own[self.n_parties :] = [len(members) for members in self.families]
        out: IntArray = np.maximum(sizes - own, 0)  # where nobody is linked nobody is counted, not even the node
        out[self._members] = 0
        return out

    @property
    def n_pairs(self) -> int:
        """How many pairs of controller and controlled there are."""
        return int(self.counts.sum())

    @cached_property
    def controlled(self) -> IntArray:
        """The parties that something controls, ascending; being a member of a family is not being controlled."""
        links = self.structure.links
        return distinct(links.target[~self.in_family(links.source, links.target)])

    @cached_property
    def immediate(self) -> ImmediateControl:
        """The pairs with nobody in between; all control follows from them step by step.

        x is an immediate controller of y when its own votes or a declared basis suffice, or when it controls y
        jointly and nothing that it controls (and that does not control it) does so too. Where a cycle as a
        whole controls jointly, its members that hold votes stand for it.
        """
        links = immediate_links(self.structure, self.table)
        is_member = np.zeros(self.table.n_nodes, dtype=np.bool_)
        is_member[self._members] = True
        family, member = self._membership
        order = order_by(member)
        first = offsets(member[order], self.table.n_nodes)
        link, row = rows_of(first, links.source)
        source = np.concatenate((links.source[~is_member[links.source]], family[order][row]))
        target = np.concatenate((links.target[~is_member[links.source]], links.target[link]))
        kept = ~self.in_family(source, target) & (target < self.n_parties)
        key = distinct((source * np.int64(self.table.n_nodes) + target)[kept])
        controller, controlled = np.divmod(key, np.int64(max(self.table.n_nodes, 1)))
        votes, basis = self._describer.describe(controller, controlled)
        return ImmediateControl(controller, controlled, votes, basis, self.basis_names)

    def pairs(self, limit: int | None = None) -> ControlPairs:
        """All pairs, or the first `limit` in order, with their true number."""
        parts: list[ControlPairs] = []
        room = self.n_pairs if limit is None else min(limit, self.n_pairs)
        for part in self.iter_pairs(PAIRS_AT_ONCE if limit is None else min(limit, PAIRS_AT_ONCE)):
            if room <= 0:
                break
            parts.append(_head(part, room))
            room -= len(parts[-1])
        return _together(parts, self.basis_names, self.n_pairs)

    def iter_pairs(self, at_once: int = PAIRS_AT_ONCE) -> Iterator[ControlPairs]:
        """All pairs in order, in parts of about `at_once` pairs (a controller's pairs stay together)."""
        controllers = np.flatnonzero(self.counts > 0)
        ends = np.cumsum(self.counts[controllers])
        start = 0
        while start < controllers.size:
            done = int(ends[start - 1]) if start else 0
            stop = max(start + 1, int(np.searchsorted(ends, done + at_once, side="right")))
            yield self._pairs_of(controllers[start:stop])
            start = stop

    def controls(self, controller: int, controlled: int) -> bool:
        """Whether a party or family controls a party."""
        one, two = np.asarray([controller]), np.asarray([controlled])
        return controller != controlled and bool(self.structure.controls(one, two)[0])

    def gap(self, controller: int, company: int) -> Gap:
        """How far a controller's votes in a company are from control."""
        return self._describer.gap(controller, company)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the result should know."""
        out = []
        if self.unknown_votes:
            out.append(f"stakes without known votes, for which nothing was counted: {self.unknown_votes:,}")
        if self.above_one.size:
            out.append(f"companies with holdings above 1 together, used for control: {self.above_one.size:,}")
        return tuple(out)

    def in_family(self, family: IntArray, party: IntArray) -> BoolArray:
        """Whether each party counts as one in the family whose node stands beside it."""
        width = np.int64(self.table.n_nodes)
        families, members = self._membership
        return np.isin(family * width + party, families * width + members)

    @cached_property
    def _membership(self) -> tuple[IntArray, IntArray]:
        family = [self.n_parties + k for k, members in enumerate(self.families) for _ in members]
        member = [party for members in self.families for party in members]
        return np.asarray(family, dtype=np.int64), np.asarray(member, dtype=np.int64)

    @property
    def _members(self) -> IntArray:
        return distinct(self._membership[1])

    @cached_property
    def _describer(self) -> Describer:
        return Describer(self.table, self.rule, self.structure, self.bases, *self._membership)

    def _pairs_of(self, controllers: IntArray) -> ControlPairs:
        """All pairs of these controllers, in order."""
        plain = self._is_plain[self.structure.lines.component[self.structure.lines.line[controllers]]]
        one = self._by_depth(controllers[plain])
        two = self._by_rounds(controllers[~plain])
        unit, node, rounds = (np.concatenate(columns) for columns in zip(one, two, strict=True))
        kept = (rounds > 0) & (node < self.n_parties)
        order = np.flatnonzero(kept)[np.lexsort((node[kept], unit[kept]))]
        controller, controlled = unit[order], node[order]
        votes, basis = self._describer.describe(controller, controlled)
        return ControlPairs(controller, controlled, votes, basis, rounds[order], self.basis_names, self.n_pairs)

    @cached_property
    def _is_plain(self) -> BoolArray:
        """Components that are trees of single parties, none of them perhaps controlled jointly: a round is a step."""
        lines = self.structure.lines
        plain = ~lines.tangled
        plain[lines.component[lines.size > 1]] = False
        perhaps = lines.line[self.structure.tests.joint.company]
        plain[lines.component[perhaps[lines.parent[perhaps] >= 0]]] = False
        plain[lines.component[lines.line[self.n_parties :]]] = False
        return plain

    def _by_depth(self, controllers: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        lines = self.structure.lines
        top = lines.line[controllers]
        at, place = ranges(lines.enter[top], lines.leave[top])
        below = lines.order[place]
        node = lines.members[lines.member_first[below]]
        return controllers[at], node, lines.depth[below] - lines.depth[top][at]

    def _by_rounds(self, controllers: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        family, member = self._membership
        mine = np.isin(family, controllers)
        unit, node = np.concatenate((controllers, family[mine])), np.concatenate((controllers, member[mine]))
        reach = explore(self.structure.tests, unit, node)
        return reach.unit, reach.node, reach.round


def control(
    stakes: Stakes,
    n_parties: int,
    rule: ControlRule | None = None,
    bases: Bases | None = None,
    families: Sequence[Sequence[int]] | None = None,
    reading: Reading = "certain",
) -> Control:
    """Who controls whom: the least fixpoint of summed votes (DOMAIN.md 1).

    families: groups of party ordinals that count as one controller where rule.family_as_one; they may overlap.
    reading: `certain` counts what is surely held, `possible` what may be held (bands, undisclosed stakes).
    Raises ValueError for ordinals out of range, figures outside 0..10^9 (UNKNOWN apart), shapes that differ.
    Cost: about linear where each company has one line of controllers; elsewhere the pairs of each affected component.
    """
    rule, bases = rule or ControlRule(), bases or Bases()
    groups = check_families(families or (), n_parties) if rule.family_as_one else ()
    n_nodes = n_parties + len(groups)
    check_ordinals("bases.controller", bases.controller, n_parties)
    check_ordinals("bases.controlled", bases.controlled, n_parties)
    check_ordinals("bases.basis", bases.basis, len(bases.names))
    table = vote_table(stakes, n_parties, n_nodes, reading)
    family = np.asarray([n_parties + k for k, group in enumerate(groups) for _ in group], dtype=np.int64)
    member = np.asarray([party for group in groups for party in group], dtype=np.int64)
    declared = Links(bases.controller, bases.controlled).joined(Links(family, member))
    rows = np.bincount(stakes.owned, minlength=n_nodes)
    return Control(
        n_parties=n_parties,
        families=groups,
        table=table,
        rule=rule,
        structure=settle(table, rule, declared),
        bases=bases,
        unknown_votes=table.unknown,
        above_one=np.flatnonzero(table.total > PPB + rows),
    )


def _head(pairs: ControlPairs, n: int) -> ControlPairs:
    return ControlPairs(
        pairs.controller[:n],
        pairs.controlled[:n],
        pairs.votes[:n],
        pairs.basis[:n],
        pairs.round[:n],
        pairs.basis_names,
        pairs.total,
    )


def _together(parts: list[ControlPairs], names: tuple[str, ...], total: int) -> ControlPairs:
    def column(name: str) -> IntArray:
        return joined(*(getattr(part, name) for part in parts))

    return ControlPairs(
        column("controller"),
        column("controlled"),
        column("votes"),
        column("basis"),
        column("round"),
        names,
        total,
    )
