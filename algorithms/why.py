"""Why a party is in a group: a smallest sufficient set of links, as steps from the head to the party (DOMAIN.md 4).

A later layer turns the steps into words. Finding the shortest set is as hard as minimum covers where several holders
control together; so the steps are a set of which no link can be left out, found along a shortest path of arcs, with
a proven lower bound beside it: mostly both are equal, and then it is the shortest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import heappop, heappush
from typing import Literal

from algorithms.columns import IntArray, offsets, order_by
from algorithms.connected import ConnectedGroups
from algorithms.connections import CONTROL, DEPENDENCE, KIN, Arcs, ConnectRule, Dependence, Parties
from algorithms.control import Control
from algorithms.derivation import Derivations, Derived, Holding
from algorithms.kin import Kin, close_kin

StepKind = Literal["control", "dependence", "kin", "family"]

_JOINT_WEIGHT, _KIN_WEIGHT = 2, 3
"""About how many links a joint or a kin arc takes, when a path is chosen."""
MOST_FURTHER = 5
"""So many further routes are told at most."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step from what is known to be in the group to a further party.

    kind: control (source controls target, by `holdings` that suffice or by the declared `basis`), dependence (target
    depends on source), kin (the same as control, together with close kin of source), family (target counts as one
    with source's family). source: a party, or n_parties + k for family k. basis, dependence: rows of these inputs,
    or -1. own_votes: own shares of the target that left the denominator. firm: whether it counts in firm groups.
    """

    kind: StepKind
    source: int
    target: int
    holdings: tuple[Holding, ...] = ()
    basis: int = -1
    dependence: int = -1
    own_votes: int = 0
    firm: bool = True

    @property
    def n_links(self) -> int:
        """How many links the step takes."""
        return 0 if self.kind == "family" else max(len(self.holdings), 1)


@dataclass(frozen=True, slots=True)
class Why:
    """The steps that put a party in a group; none for a head that is the only one.

    start: the head where they start. firm: whether all steps are confirmed. at_least: no set of fewer links suffices.
    """

    party: int
    start: int
    steps: tuple[Step, ...]
    firm: bool
    at_least: int

    @property
    def n_links(self) -> int:
        """How many links the steps take."""
        return sum(step.n_links for step in self.steps)

    @property
    def shortest(self) -> bool:
        """Whether it is proven that no smaller set suffices."""
        return self.n_links == self.at_least


@dataclass(frozen=True)
class Explainer:
    """Explains the memberships of one run. arcs: `Connected.arcs`, or `arcs.firmly()` to explain firm groups."""

    control: Control
    dependence: Dependence
    parties: Parties
    rule: ConnectRule
    arcs: Arcs
    kin: Kin | None = None

    def why(self, groups: ConnectedGroups, group: int, party: int) -> Why:
        """Why a party is in a group. Raises ValueError when it is not in it.

        A head among several (of a cycle) is explained from the nearest other head. Cost: what is above the party.
        """
        members = set(groups.members(group).tolist())
        if party not in members:
            raise ValueError(f"party {party} is not in group {group}")
        heads = set(groups.heads(group).tolist())
        others = heads - {party}
        path = self._path(members, others if party in heads else heads, party)
        if path is None:
            return Why(party, party, (), True, 0)
        steps = self._steps(path)
        firm = bool(self.arcs.firm[path].all()) if path else True
        start = int(self.arcs.party_of[self.arcs.source[path[0]]])
        start = start if start >= 0 else int(self.arcs.source[path[0]])
        return Why(party, start, steps, firm, self._at_least(members, heads - {party}, party))

    def further(self, groups: ConnectedGroups, group: int, party: int, most: int = MOST_FURTHER) -> tuple[Why, ...]:
        """Further routes into the group: the last steps of those that end in another arc than the route of `why`.

        Each starts at a member that the head reaches without the party itself; at most `most` of them, in the order of
        the arcs. Raises ValueError when the party is not in the group. Cost: what is above the party, for each arc.
        """
        members, heads = set(groups.members(group).tolist()), set(groups.heads(group).tolist())
        if party not in members:
            raise ValueError(f"party {party} is not in group {group}")
        apart = heads - {party}
        path = self._path(members, apart if party in heads else heads, party)
        known = {self._entry(path[-1])} if path else set()
        found: list[Why] = []
        for arc in self._arcs_into(party) if path else ():
            source = int(self.arcs.source[arc])
            outside = source < self.control.n_parties and source not in members
            if outside or self._entry(arc) in known or len(found) == most:
                continue
            known.add(self._entry(arc))
            if self._path(members - {party}, apart, source) is not None:
                steps = tuple(self._step(arc))
                found.append(Why(party, steps[0].source, steps, bool(self.arcs.firm[arc]), 0))
        return tuple(found)

    def _entry(self, arc: int) -> tuple[int, int]:
        return int(self.arcs.kind[arc]), int(self.arcs.source[arc])

    @cached_property
    def derivations(self) -> Derivations:
        """Derives single cases of control."""
        return Derivations(self.control)

    @cached_property
    def _entering(self) -> tuple[IntArray, IntArray]:
        """The arcs by target, and CSR offsets by node."""
        order = order_by(self.arcs.target)
        return order, offsets(self.arcs.target[order], self.arcs.n_nodes)

    @cached_property
    def _close(self) -> dict[int, list[int]]:
        """The close kin of each person."""
        out: dict[int, list[int]] = {}
        if self.kin is not None and self.rule.kin != "off":
            pairs = close_kin(self.kin, self.control.n_parties, self.rule.kin_lineal, self.rule.kin_collateral)
            for person, relative in zip(*(column.tolist() for column in pairs), strict=True):
                out.setdefault(person, []).append(relative)
        return out

    def _arcs_into(self, node: int) -> list[int]:
        order, first = self._entering
        return order[first[node] : first[node + 1]].tolist()  # type: ignore[no-any-return]

    def _path(self, members: set[int], heads: set[int], party: int) -> list[int] | None:
        """The lightest path of arcs from a head, of equals the one with most firm arcs, or None."""
        done: set[int] = set()
        onward = {party: (0, 0, -1)}
        heap = [(0, 0, party)]
        while heap:
            weight, flagged, node = heappop(heap)
            if node in done:
                continue
            done.add(node)
            if self._is_head(node, heads):
                return self._follow(node, party, onward)
            for arc in self._arcs_into(node):
                source = int(self.arcs.source[arc])
                if source < self.control.n_parties and source not in members:
                    continue
                known = (weight + self._weight(arc), flagged + int(not self.arcs.firm[arc]), arc)
                if source not in onward or known < onward[source]:
                    onward[source] = known
                    heappush(heap, (*known[:2], source))
        return None

    def _is_head(self, node: int, heads: set[int]) -> bool:
        party = int(self.arcs.party_of[node])
        if party >= 0:
            return party in heads
        return heads.issuperset(self.control.families[node - self.control.n_parties])

    def _follow(self, node: int, party: int, onward: dict[int, tuple[int, int, int]]) -> list[int]:
        path = []
        while node != party:
            path.append(onward[node][2])
            node = int(self.arcs.target[path[-1]])
        return path

    def _weight(self, arc: int) -> int:
        kind, source, target = (int(each[arc]) for each in (self.arcs.kind, self.arcs.source, self.arcs.target))
        if kind != CONTROL:
            return _KIN_WEIGHT if kind == KIN else 1
        if self._in_family(source, target):
            return 0
        return 1 if self.derivations.alone(int(self.arcs.party_of[source]), target) else _JOINT_WEIGHT

    def _in_family(self, source: int, target: int) -> bool:
        n = self.control.n_parties
        return n <= source < self.control.table.n_nodes and target in self.control.families[source - n]

    def _steps(self, path: list[int]) -> tuple[Step, ...]:
        steps: dict[Step, None] = {}
        for arc in path:
            steps.update(dict.fromkeys(self._step(arc)))
        return tuple(steps)

    def _step(self, arc: int) -> Iterator[Step]:
        kind, node, target = (int(each[arc]) for each in (self.arcs.kind, self.arcs.source, self.arcs.target))
        n, row = self.control.n_parties, int(self.arcs.row[arc])
        source, firm = int(self.arcs.party_of[node]), bool(self.arcs.firm[arc])
        if kind == DEPENDENCE:
            yield Step("dependence", source, int(self.dependence.dependent[row]), dependence=row, firm=firm)
        elif kind == KIN:
            derived = self.derivations.derive([source, *self._close[source]], target)
            yield from (replace(_control_step("kin", source, each), firm=firm) for each in derived)
        elif self._in_family(node, target):
            yield Step("family", node, target)
        elif source >= 0 and (alone := self.derivations.alone(source, target)):
            yield _control_step("control", source, alone)
        else:
            seeds = [source] if source >= 0 else self.control.families[node - n]
            derived = self.derivations.derive(seeds, target, source if source >= 0 else node)
            yield from (_control_step("control", source if source >= 0 else node, each) for each in derived)

    def _at_least(self, members: set[int], heads: set[int], party: int) -> int:
        """A number of links below which no set suffices.

        As if the votes of all that is in the group could be summed: a company joins at the earliest when holders that
        suffice have joined, and takes the fewest links from any holders.
        """
        n = self.control.n_parties
        above, below = {party}, dict[int, list[tuple[int, int, int]]]()
        todo = [party]
        while todo:
            node = todo.pop()
            for source, weight, links in self._ways_into(node):
                if source < n and source not in members:
                    continue
                below.setdefault(source, []).append((node, weight, links))
                if source not in above:
                    above.add(source)
                    todo.append(source)
        done: set[int] = set()
        weights: dict[int, int] = {}
        heap = [(0, node) for node in sorted(above) if self._is_head(node, heads)]
        while heap:
            at, node = heappop(heap)
            if node == party:
                return at
            if node in done:
                continue
            done.add(node)
            for other, weight, links in below.get(node, ()):
                if links < 0:
                    weights[other] = weights.get(other, 0) + weight
                    if weights[other] > self.derivations.limit(other):
                        heappush(heap, (at + self.derivations.fewest(other, above), other))
                else:
                    heappush(heap, (at + links, other))
        return 0

    def _ways_into(self, node: int) -> Iterator[tuple[int, int, int]]:
        """(source, weight, links) of all that may put a node in a group; links -1: as many as the weights take."""
        n = self.control.n_parties
        if node < n:
            for entry in self.derivations.entries(node):
                yield entry.holder, entry.weight, 1 if entry.basis >= 0 else -1
        elif node < self.control.table.n_nodes:
            # A family counts when a member does: more than is so, and hence no bound too high.
            yield from ((member, 0, 0) for member in self.control.families[node - n])
        for arc in self._arcs_into(node):
            kind, source = int(self.arcs.kind[arc]), int(self.arcs.source[arc])
            if kind != CONTROL:
                yield source, 0, 1
            elif source >= n:
                yield source, 0, 0 if self._in_family(source, node) else 1


def _control_step(kind: StepKind, source: int, derived: Derived) -> Step:
    return Step(kind, source, derived.company, derived.holdings, derived.basis, own_votes=derived.own_votes)
