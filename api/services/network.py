"""Whom a party is connected to, up to three links away, with every cap declared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from pydantic import Field

from api.services.answers import COUNT_CAP, FOUND_KINDS, Answer, Because, Model, counted, day, stamp
from api.services.because import RULE, because
from api.services.party import missing
from api.services.words import label_of
from graph import model
from graph.errors import BadInput
from graph.store import View

PER_KIND = 25
"""Neighbours shown of one node, by kind and direction, unless asked otherwise."""
MOST_PER_KIND = 200
SCAN = 20_000
"""Links read of one node."""
MOST_AMONG = 10_000
"""Links shown between the outermost nodes."""
DEFAULT_NODES = 100
PICTURE_NODES, PICTURE_PER_KIND = 40, 4
"""What a picture of two steps begins with: more of them cannot be read."""
MOST_NODES = 1_000
DEEPEST = 3

NO_RELATIONS = ("IDENTIFIES", "HAS_FIGURES", "POSSIBLY_SAME", "TAGGED")
"""Links that only hang a party's own records on it."""
WALKED = tuple(link.type for link in model.LINKS if link.type not in NO_RELATIONS)
_ASKED_ENDS = {*model.NOT_WALKED, "RelationshipManager", "Team", "Event"}
ONLY_ASKED = tuple(
    link.type
    for link in model.LINKS
    if link.type in WALKED and _ASKED_ENDS.intersection((*link.sources, *link.targets))
)
"""Links to what nearly everybody touches; walked only when named."""
DEFAULT_KINDS = tuple(kind for kind in WALKED if kind not in ONLY_ASKED)

LINK = (
    *("id", "valid_from", "valid_to", "status", "source", "share", "share_min", "share_max", "votes", "weight"),
    *("part_amount", "whole_amount", "amount", "currency", "basis", "criterion", "month", "outcome", "post"),
    *("relation", "role", "use"),
)
"""What statements return of a link, in their order."""


class Node(NamedTuple):
    """What statements return of a node, in their order."""

    element: str
    labels: list[str]
    id: str
    name: str | None
    name_en: str | None
    kind: str | None


class _Reached(NamedTuple):
    """Neighbours of one node by one kind of link in one direction, as `network/step` returns them."""

    element: str
    kind: str
    outgoing: bool
    shown: bool
    total: int
    links: list[list[Any]]
    nodes: list[list[Any]]


class NetworkNode(Model):
    """A party, or another node that parties share (group, account, address …)."""

    id: str
    name: str
    name_en: str | None = None
    kind: str = Field(description="person, company, or the label of another node in small letters")
    roles: list[str] = Field(default_factory=list)
    is_focus: bool = False
    hops: int = Field(description="links between it and the focus")
    link_count: int | None = Field(
        default=None,
        description="its true number of links of the kinds walked, where some are not shown; each kind exact to 10,000",
    )


class NetworkLink(Model):
    """A link from `from_id` to `to_id`."""

    id: str
    type: str
    from_id: str
    to_id: str
    label: str = Field(default="", description="its share, amount, post … ready to read")
    status: str
    since: date | None = None
    until: date | None = None
    source: str | None = None


class NetworkCap(Model):
    """Neighbours of one node and kind that were not all shown."""

    node_id: str
    kind: str
    outgoing: bool
    shown: int
    total: int


class NetworkAnswer(Answer):
    """The neighbourhood of one party."""

    focus: str
    depth: int
    kinds: list[str]
    nodes: list[NetworkNode]
    links: list[NetworkLink]
    caps: list[NetworkCap]


def check_kinds(kinds: Sequence[str] | None) -> tuple[str, ...]:
    """The link types asked for, or the usual ones. Raises BadInput for a name that is none."""
    asked = tuple(dict.fromkeys(kind.strip().upper() for kind in kinds or () if kind.strip()))
    for kind in asked:
        if kind not in WALKED:
            raise BadInput(
                f"There is no kind of link called {kind[:50]!r}; known are {', '.join(WALKED)}.",
                field="kinds",
                value=kind[:50],
            )
    return asked or DEFAULT_KINDS


def _in_range(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise BadInput(f"{name} is {value}; give a number from {low} to {high}.", field=name, value=value)


@dataclass
class _Walk:
    """What has been found so far, by the server's ids."""

    limit: int
    per_kind: int
    sees_all: bool
    nodes: dict[str, NetworkNode] = field(default_factory=dict)
    links: dict[str, tuple[str, str, list[Any], str]] = field(default_factory=dict)
    caps: list[NetworkCap] = field(default_factory=list)
    capped: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    read: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    among: int = 0

    def take(self, rows: Iterable[list[Any]], hops: int) -> list[str]:
        """Take in the rows of one step; the elements that are new.

        Where the limit cuts, every kind of every node has had its first neighbour before any has its second.
        """
        found = sorted(map(_Reached._make, rows), key=lambda row: WALKED.index(row.kind))
        for row in found:
            self.read[row.element] += row.total
        seen = [row for row in found if row.shown]
        places = ((row, nth) for nth in range(MOST_PER_KIND) for row in seen if nth < len(row.links))
        fresh = [row.nodes[nth][0] for row, nth in places if self._reach(row, nth, hops)]
        for row in seen:
            self.shown[row.element] += min(row.total, COUNT_CAP)
            self._note_cap(row)
        return fresh

    def _reach(self, row: _Reached, nth: int, hops: int) -> bool:
        """Take in one neighbour with its link; whether it is new."""
        link, node = row.links[nth], row.nodes[nth]
        element = node[0]
        is_new = element not in self.nodes
        if is_new and len(self.nodes) >= self.limit:
            self.left.add(element)
            return False
        if is_new:
            self.nodes[element] = _node(Node._make(node), hops, self.sees_all)
        self.add_link(row.kind, link, *((row.element, element) if row.outgoing else (element, row.element)))
        return is_new

    def add_link(self, kind: str, link: list[Any], start: str, end: str) -> None:
        self.links[link[0]] = (start, end, link, kind)

    def take_among(self, rows: Iterable[list[Any]]) -> None:
        """Take in links between the outermost nodes."""
        for element, scanned, links in rows:
            self.read[element] = max(self.read[element], scanned)
            for kind, link, other in links:
                self.among += 1
                if self.among <= MOST_AMONG:
                    self.add_link(kind, link, element, other)

    def _note_cap(self, row: _Reached) -> None:
        shown, node = sum(link[0] in self.links for link in row.links), self.nodes[row.element]
        if shown < row.total:
            cap = min(row.total, COUNT_CAP)
            self.caps.append(NetworkCap(node_id=node.id, kind=row.kind, outgoing=row.outgoing, shown=shown, total=cap))
            self.capped.add(row.element)


def network(
    view: View,
    party_id: str,
    *,
    depth: int = 1,
    kinds: Sequence[str] | None = None,
    limit: int = DEFAULT_NODES,
    per_kind: int | None = None,
) -> NetworkAnswer:
    """The network of a party, breadth first, with at most `per_kind` neighbours of a node by kind and direction.

    Raises NotFound, JoinedAway, BadInput.
    """
    most = PER_KIND if per_kind is None else per_kind
    _in_range("per_kind", most, 1, MOST_PER_KIND)
    _in_range("depth", depth, 1, DEEPEST)
    _in_range("limit", limit, 1, MOST_NODES)
    walked = check_kinds(kinds)
    start = view.read("network/start", party_id=party_id)
    if not start:
        raise missing(view, party_id)
    walk = _Walk(limit, most, view.scope.everything)
    focus = Node._make(start[0]["node"])
    walk.nodes[focus.element] = _node(focus, 0, walk.sees_all)
    ring = [focus.element]
    for hops in range(1, depth + 1):
        rows = view.read("network/step", frontier=ring, kinds=walked, per_kind=most, scan=SCAN)[0]["found"]
        ring = walk.take(rows, hops)
        if not ring:
            break
    if len(ring) > 1:
        walk.take_among(view.read("network/among", ring=ring, kinds=walked, scan=SCAN)[0]["found"])
    return _answer(view, walk, focus.id, depth, walked, asked=bool(kinds))


def _answer(view: View, walk: _Walk, focus: str, depth: int, kinds: tuple[str, ...], *, asked: bool) -> NetworkAnswer:
    nodes = list(walk.nodes.values())
    nodes[0].is_focus = True
    for element in walk.capped:
        walk.nodes[element].link_count = walk.shown[element]
    links = [_link(walk, *found) for found in walk.links.values() if found[0] in walk.nodes and found[1] in walk.nodes]
    return NetworkAnswer.model_construct(
        **stamp(view, _omitted(walk, asked)),
        because=_because(view, links),
        focus=focus,
        depth=depth,
        kinds=list(kinds),
        nodes=nodes,
        links=links,
        caps=walk.caps,
    )


def _because(view: View, links: Sequence[NetworkLink]) -> list[Because]:
    """The rule behind links of control, with the holdings and declared control that are shown between the same two."""
    found = [link for link in links if link.type == "CONTROLLED_BY"]
    if not found:
        return []
    ends = {(link.to_id, link.from_id) for link in found}
    grounds = [x for x in links if x.type in ("OWNS", "CONTROLS") and (x.from_id, x.to_id) in ends]
    ids = [link.id for link in (*found, *grounds)]
    return because(view, RULE, ids, f"links of control shown: {len(found):,}")


def _omitted(walk: _Walk, asked: bool) -> list[str]:
    told = [
        f"{_name(walk, cap.node_id)}: {cap.kind} neighbours capped at {cap.shown} of {counted(cap.total)}"
        for cap in walk.caps
        if cap.total > walk.per_kind
    ]
    told += [
        f"{walk.nodes[element].name}: only {SCAN:,} of its links were read, in no order"
        for element, links in walk.read.items()
        if links >= SCAN
    ]
    if walk.among > MOST_AMONG:
        told.append(f"links between the outermost nodes capped at {MOST_AMONG:,} of {walk.among:,}")
    if walk.left:
        told.append(f"nodes capped at {walk.limit}: {len(walk.left):,} more were reached")
    if not asked:
        told.append(f"not walked unless asked by `kinds`: {', '.join(ONLY_ASKED)}")
    return told


def _name(walk: _Walk, node_id: str) -> str:
    return next(node.name for node in walk.nodes.values() if node.id == node_id)


def kind_of(labels: Sequence[str], kind: str | None) -> str:
    """`person` or `company` of a party, else the node's label in small letters."""
    if "Party" in labels:
        return kind or ("person" if "Person" in labels else "company" if "Company" in labels else "party")
    return labels[0].lower() if labels else "other"


def _node(found: Node, hops: int, sees_all: bool) -> NetworkNode:
    labels = found.labels
    is_named_after_its_head = "Group" in labels and found.kind in FOUND_KINDS
    name = found.name if sees_all or not is_named_after_its_head else None
    return NetworkNode.model_construct(
        id=found.id,
        name=name or found.id,
        name_en=found.name_en,
        kind=kind_of(labels, found.kind if "Party" in labels else None),
        roles=[role for role in model.ROLES if role in labels],
        is_focus=False,
        hops=hops,
        link_count=None,
    )


def _link(walk: _Walk, start: str, end: str, values: list[Any], kind: str) -> NetworkLink:
    link = dict(zip(LINK, values, strict=True))
    return NetworkLink.model_construct(
        id=link["id"],
        type=kind,
        from_id=walk.nodes[start].id,
        to_id=walk.nodes[end].id,
        label=label_of(kind, link),
        status=link["status"],
        since=day(link["valid_from"]),
        until=day(link["valid_to"]),
        source=link["source"],
    )
