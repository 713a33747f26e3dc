"""The walk behind related parties: neighbours of many parties by a few statements, then paths from each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from api.services.related_rules import TEXT_OF, Purpose, Step
from api.services.words import sentence
from graph.store import View

SCAN = 5_000
"""Links read of one party."""
PER_PARTY = 500
"""Neighbours taken of one party."""
AT_ONCE = 2_000
"""Parties asked for by one statement."""

PPB = 10**9
_NUMBERS = {"OWNS": "share", "CONTROLLED_BY": "votes", "GUARANTEES": "amount"}
_OF_DEPENDENCE = ("weight", "part_amount", "whole_amount")


class Edge(NamedTuple):
    """A way from one party to another: how it reads, the links it stands on, how far from the start it may be used.

    number: the share, votes or amount; of dependence its weight, part and whole."""

    kind: str
    outgoing: bool
    links: Sequence[str]
    other: str
    status: str
    number: float | int | list[Any] | None
    text: str | None
    within: int


class Person(NamedTuple):
    """A party's name and kind."""

    name: str | None
    kind: str | None


class Found(NamedTuple):
    """A related party: over whom it was reached, and by which ways from there."""

    party_id: str
    distance: int
    before: str
    edges: list[Edge]


@dataclass
class Walk:
    """Neighbours read so far, under one purpose. Every party is read once, whoever asks for it: of all starts together
    the near rings are read before the far ones, and what a near party needs is all that a far one does."""

    view: View
    purpose: Purpose
    edges: dict[str, list[Edge]] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)
    """Roots with more related parties than the purpose takes."""
    truncated: set[str] = field(default_factory=set)
    """Parties of which only some links were looked at."""
    _steps: dict[tuple[int, ...], dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._direct = [step for step in self.purpose.steps if step.kind]
        self._through = [step for step in self.purpose.steps if step.through]

    def related(self, roots: Sequence[str]) -> dict[str, list[Found]]:
        """Related parties of each root, nearest first. Roots must be visible parties."""
        reached: dict[str, dict[str, tuple[int, str, list[Edge]]]] = {root: {} for root in roots}
        rings: dict[str, list[str]] = {root: [root] for root in roots}
        for hop in range(1, self.purpose.depth + 1):
            self._read({party for ring in rings.values() for party in ring}, hop)
            for root, ring in rings.items():
                rings[root] = self._spread(root, ring, hop, reached[root])
        return {
            root: [Found(party, hop, before, edges) for party, (hop, before, edges) in found.items()]
            for root, found in reached.items()
        }

    def ask_about(self, nobody: str) -> None:
        """Send the statements of every distance, about nobody, so that the server has planned them."""
        for hop in range(1, self.purpose.depth + 1):
            self._read({nobody}, hop)
            self.edges.clear()

    def _spread(
        self, root: str, ring: Iterable[str], hop: int, found: dict[str, tuple[int, str, list[Edge]]]
    ) -> list[str]:
        fresh: list[str] = []
        for party in ring:
            for edge in self.edges.get(party, ()):
                if edge.within < hop or edge.other == root:
                    continue
                known = found.get(edge.other)
                if known is None:
                    if len(found) >= self.purpose.most:
                        self.full.add(root)
                        return []
                    found[edge.other] = (hop, party, [edge])
                    fresh.append(edge.other)
                elif known[0] == hop and known[1] == party:
                    known[2].append(edge)
        return fresh

    def _read(self, parties: set[str], hop: int) -> None:
        """Read what may be followed at this distance from the start."""
        wanted = sorted(parties - self.edges.keys())
        direct = [step for step in self._direct if step.within >= hop]
        through = [step for step in self._through if step.within >= hop]
        for start in range(0, len(wanted), AT_ONCE):
            ids = wanted[start : start + AT_ONCE]
            self.edges.update((party, []) for party in ids)
            if direct:
                self._read_direct(ids, direct)
            if through:
                self._read_through(ids, through)

    def _read_direct(self, ids: list[str], steps: list[Step]) -> None:
        outgoing = _rules(step for step in steps if step.direction != "in")
        incoming = _rules(step for step in steps if step.direction != "out")
        asked = self.view.store.statements.over("related/direct", (*outgoing, *incoming))
        rows = self.view.read(asked, ids=ids, outgoing=outgoing, incoming=incoming, scan=SCAN, most=PER_PARTY)
        people = self.people
        for party, own_name, own_kind, links, scanned in rows[0]["found"]:
            if party not in people:
                people[party] = Person(own_name, own_kind)
            self._note_truncated(party, links, scanned)
            edges = self.edges[party]
            for *way, name, kind in links:
                edge = Edge._make(way)
                edges.append(edge)
                if edge.other not in people:
                    people[edge.other] = Person(name, kind)

    def _read_through(self, ids: list[str], through: list[Step]) -> None:
        within = _reach(through)
        rows = self.view.read(
            "related/through",
            ids=ids,
            labels=sorted({label for label, _ in within}),
            group_kinds=sorted({kind for _, kind in within if kind}),
            scan=SCAN,
            most=PER_PARTY,
        )
        for party, links, scanned in rows[0]["found"]:
            edges = self.edges[party]
            self._note_truncated(party, links, scanned)
            for label, group_kind, ids_of, other, name, other_kind, status, node, node_name in links:
                if other not in self.people:
                    self.people[other] = Person(name, other_kind)
                steps = within[label, group_kind]
                # A control group is named after its head, whom not everybody sees.
                called = node if label == "Group" and not self.view.scope.everything else node_name or node
                edges.append(Edge(label, True, ids_of, other, status, None, called, steps))

    def _note_truncated(self, party: str, links: list[Any], scanned: int) -> None:
        """What was never read might have passed the purpose's rules."""
        if len(links) == PER_PARTY or scanned == SCAN:
            self.truncated.add(party)

    def told_truncated(self, party: str) -> str:
        """That not all links of a party were looked at."""
        return f"{self.name(party)}: neighbours capped at {PER_PARTY:,} of at most {SCAN:,} links read; more may exist"

    def step(self, one: Found) -> dict[str, Any]:
        """The last step to a found party: ends, links and how they read. Made once for all roots that take it."""
        key = tuple(map(id, one.edges))
        made = self._steps.get(key)
        if made is None:
            made = self._steps[key] = {
                "from_id": one.before,
                "to_id": one.party_id,
                "links": [link for edge in one.edges for link in edge.links],
                "reasons": [self.reason(one.before, edge) for edge in one.edges],
            }
        return made

    def name(self, party_id: str) -> str:
        """A party's name, or its id where it has none."""
        person = self.people.get(party_id)
        return (person.name if person else None) or party_id

    def reason(self, before: str, edge: Edge) -> str:
        """An edge as a sentence."""
        one, other = self.name(before), self.name(edge.other)
        if edge.kind in ("Household", "Group", "Account"):
            text = f"{one} and {other} share the {edge.kind.lower()} {edge.text or ''}".rstrip()
            return text if edge.status == "confirmed" else f"{text} [{edge.status}]"
        link: dict[str, Any] = {"status": edge.status}
        if edge.kind in _NUMBERS:
            link[_NUMBERS[edge.kind]] = edge.number
        if isinstance(edge.number, list):
            link |= zip(_OF_DEPENDENCE, edge.number, strict=True)
        if edge.kind == "GUARANTEES":
            link["currency"] = edge.text
        elif edge.kind in TEXT_OF:
            link[TEXT_OF[edge.kind]] = edge.text
        start, end = (one, other) if edge.outgoing else (other, one)
        return sentence(edge.kind, link, start, end)


def _reach(through: Iterable[Step]) -> dict[tuple[str, str], int]:
    """How far from the start each label of shared nodes, and each kind of group, may be used: by the farthest step."""
    found: dict[tuple[str, str], int] = {}
    for step in through:
        for kind in step.kinds or ("",):
            key = (step.through or "", kind)
            found[key] = max(step.within, found.get(key, 0))
    return found


def _rules(steps: Iterable[Step]) -> dict[str, list[dict[str, Any]]]:
    """For each kind of link what `related/direct` asks of it, the farthest step first.

    Shares are compared in parts per billion, so that one of exactly the threshold passes.
    """
    rules: dict[str, list[dict[str, Any]]] = {}
    for step in sorted(steps, key=lambda step: -step.within):
        where = step.where
        rule = {
            "within": step.within,
            "least": None if where.share_at_least is None else round(where.share_at_least * PPB),
            "unknown": where.unknown,
            "texts": next((list(allowed) for allowed in where.any_of.values()), None),
        }
        rules.setdefault(step.kind or "", []).append(rule)
    return rules
