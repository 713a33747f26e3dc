"""A group as a tree of control: who controls whom with which votes, held directly or by what it controls; under that,
who depends on whom. A party under several others is shown in full once, and named again under the others."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from algorithms.threshold import PPB
from api.services.answers import FOUND_KINDS, Answer, Because, Model, PartyRef, stamp
from api.services.because import CONNECTED_RULE, RULE, because
from api.services.decision_answer import DecisionItem
from api.services.decisions import rebutted_since
from api.services.group_views import kept_alone, one_group
from api.services.groups import GroupAnswer, Member
from api.services.source_order import source_order
from api.services.words import dependence_ratio
from graph.errors import NotFound
from graph.store import View

_Place = tuple[str, int, str | None, "StructureLink | None"]
"""A party, its depth, the one above it and the link between them."""
MOST_ROWS = 2_000
"""Rows of a tree that are told."""


class HeldVotes(Model):
    """Votes of a company that one party holds itself."""

    party: PartyRef
    votes: float | None = Field(description="fraction; null where it is not known")
    links: list[str] = Field(description="ids of the holdings")


class StructureLink(Model):
    """By what a party of the tree stands under the one above it."""

    id: str
    kind: str = Field(description="control or dependence")
    status: str
    basis: str | None = Field(description="of control: direct, joint, indirect, family or a declared basis")
    votes: float | None = Field(description="of the controller with all that it controls")
    direct: HeldVotes | None = Field(description="the votes that the controller holds itself")
    indirect: list[HeldVotes] = Field(description="the votes held by members that it controls")
    criterion: str | None = Field(description="of dependence")
    weight: float | None = Field(
        description="of dependence: the part that comes from the one above; beyond 1 where it is more"
    )


class StructureRow(Model):
    """A party of the tree, below its parent and before that one's next child."""

    party: PartyRef
    role: str | None
    status: str
    depth: int
    parent: str | None = Field(description="party id of the one above; null at the top")
    link: StructureLink | None
    again: bool = Field(description="shown in full elsewhere: a shared member, or a cycle")
    cycle: bool = Field(description="it leads back: the one above is below it too")
    reasons: list[str] = Field(description="why it is a member, where no link of the tree leads to it")


class StructureAnswer(Answer):
    """The tree, heads first."""

    group_id: str
    kind: str | None
    name: str | None
    total: int = Field(description="visible members, exact to 10,000")
    rows: list[StructureRow]
    decisions: list[DecisionItem] = Field(
        default_factory=list,
        description="decisions on links between members that wait, or that the run of this answer has not read: a link "
        "rebutted since then holds the group together until the next run, with the status rebutted",
    )


@dataclass
class _Tree:
    """below: the links that lead down, by the party above. held: votes by (company, holder)."""

    below: dict[str, list[tuple[str, StructureLink]]] = field(default_factory=lambda: defaultdict(list))
    control: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    held: dict[str, list[HeldVotes]] = field(default_factory=dict)
    _reached: dict[str, frozenset[str]] = field(default_factory=dict)

    def controlled(self, party: str) -> frozenset[str]:
        """All that a party controls, whether or not immediately."""
        if party not in self._reached:
            self._reached[party] = _reach(party, self.control)
        return self._reached[party]


def structure(view: View, group_id: str) -> StructureAnswer:
    """The tree of a group. Raises NotFound, also for a past day without a run, or with one over the past, where the
    group is one that runs find."""
    found = _linked_group(view, group_id)
    members = {member.party.party_id: member for member in found.members}
    tree = _tree(view, members)
    rows = _rows(tree, members, [head.party_id for head in found.heads])
    omitted = list(found.omitted)
    if len(rows) > MOST_ROWS:
        omitted.append(f"rows capped at {MOST_ROWS:,} of {len(rows):,}")
    return StructureAnswer(
        **stamp(view) | {"omitted": omitted},
        because=_because(view, found, rows),
        group_id=found.group_id,
        kind=found.kind,
        name=found.name,
        total=found.total,
        rows=rows[:MOST_ROWS],
        decisions=found.decisions,
    )


def _linked_group(view: View, group_id: str) -> GroupAnswer:
    """A group whose members are tied by links that the view sees."""
    run_id = kept_alone(view)
    try:
        found = one_group(view, group_id)
    except NotFound:
        if run_id is None:
            raise
        found = None
    if run_id and (found is None or found.kind in FOUND_KINDS):
        raise NotFound(
            f"The structure of the groups of {run_id} is not told: a run over the past ({view.as_of}) keeps its tables "
            f"and writes no links of control. `guanxi export control --run {run_id}` prints who controls whom, "
            f"`guanxi export groups --run {run_id}` the members, which the group's exposure tells too.",
            field="group_id",
            value=group_id[:80],
        )
    assert found is not None
    return found


def _because(view: View, group: GroupAnswer, rows: Sequence[StructureRow]) -> list[Because]:
    links = [row.link for row in rows if row.link]
    control = [one for one in links if one.kind == "control"]
    told: list[Because] = []
    if control:
        ids = [id for one in control for id in (one.id, *_holdings(one))]
        told += because(view, RULE, ids, f"{group.name or group.group_id}: {len(control)} links of control")
    if needed := [one.id for one in links if one.kind == "dependence"]:
        told += because(view, CONNECTED_RULE, needed, f"{len(needed)} links of dependence, from the dependent upwards")
    return told


def _holdings(link: StructureLink) -> Iterable[str]:
    for held in (link.direct, *link.indirect):
        yield from held.links if held else ()


def _reach(start: str, below: Mapping[str, Sequence[str]]) -> frozenset[str]:
    seen: set[str] = set()
    queue = deque(below.get(start, ()))
    while queue:
        if (party := queue.popleft()) not in seen:
            seen.add(party)
            queue.extend(below.get(party, ()))
    return frozenset(seen)


def _tree(view: View, members: Mapping[str, Member]) -> _Tree:
    (read,) = view.read("groups/structure", members=list(members), rebutted=rebutted_since(view, members))
    tree = _Tree()
    for row in read["found"]:
        tree.held[row["party_id"]] = _held(view, row["held"], members)
        for _, controller, _, _ in row["control"]:
            tree.control[controller].append(row["party_id"])
    for row in read["found"]:
        for id, controller, basis, votes in row["control"]:
            tree.below[controller].append(
                (row["party_id"], _control(tree, row["party_id"], id, controller, basis, votes))
            )
    for row in read["found"]:
        for id, provider, criterion, status, weight, part, whole in row["depends"]:
            ratio = dependence_ratio({"weight": weight, "part_amount": part, "whole_amount": whole})
            link = _link(id, "dependence", status, criterion=criterion, weight=ratio)
            tree.below[provider].append((row["party_id"], link))
    for links in tree.below.values():
        links.sort(key=lambda one: (one[1].kind, -(one[1].votes or 0), one[0]))
    return tree


def _control(tree: _Tree, company: str, id: str, controller: str, basis: str, votes: float | None) -> StructureLink:
    mine = tree.controlled(controller)
    holders = tree.held[company]
    return _link(
        id,
        "control",
        "confirmed",
        basis=basis,
        votes=votes or None,
        direct=next((held for held in holders if held.party.party_id == controller), None),
        indirect=[held for held in holders if held.party.party_id in mine - {controller, company}],
    )


def _link(id: str, kind: str, status: str, **own: Any) -> StructureLink:
    empty: dict[str, Any] = {
        "basis": None,
        "votes": None,
        "direct": None,
        "indirect": [],
        "criterion": None,
        "weight": None,
    }
    return StructureLink(id=id, kind=kind, status=status, **{**empty, **own})


def _held(view: View, rows: Sequence[Sequence[Any]], members: Mapping[str, Member]) -> list[HeldVotes]:
    """The votes of each holder: rows of one source are added; of several the first in the order of sources counts."""
    by_holder: dict[str, dict[str, list[Sequence[Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_holder[row[1]][row[2] or ""].append(row)
    found = []
    for holder, by_source in by_holder.items():
        source = (
            min(by_source, key=source_order(view.store, view.seq).__getitem__)
            if len(by_source) > 1
            else next(iter(by_source))
        )
        counted = by_source[source]
        known = [round(votes * PPB) for *_, votes in counted if votes is not None]
        votes = sum(known) / PPB if len(known) == len(counted) else None
        found.append(HeldVotes(party=members[holder].party, votes=votes, links=[row[0] for row in counted]))
    return sorted(found, key=lambda one: (-(one.votes or 0), one.party.party_id))


def _rows(tree: _Tree, members: Mapping[str, Member], heads: Sequence[str]) -> list[StructureRow]:
    """The tree in reading order. A party stands in full under the nearest one that leads to it from the top."""
    above = _parents(tree, members, heads)
    below = {party: [child for child, _ in links] for party, links in tree.below.items()}
    rows: list[StructureRow] = []
    waiting: list[_Place] = [(party, 0, None, None) for party in reversed(list(members)) if above[party] is None]
    while waiting:
        party, depth, parent, link = waiting.pop()
        again = link is not None and above[party] != link.id
        cycle = again and parent in _reach(party, below)
        reasons = members[party].reasons if link is None and party not in heads else []
        rows.append(_row(members[party], depth, parent, link, again=again, cycle=cycle, reasons=reasons))
        if not again:
            waiting += [(child, depth + 1, party, one) for child, one in reversed(tree.below.get(party, []))]
    return rows


def _parents(tree: _Tree, members: Mapping[str, Member], heads: Sequence[str]) -> dict[str, str | None]:
    """The link under which each party stands in full, None at the top: breadth first from the heads, then from each
    that nothing leads to."""
    found: dict[str, str | None] = {}
    for tops in (list(heads), *([party] for party in members)):
        queue = deque(party for party in tops if party not in found)
        found |= dict.fromkeys(queue)
        while queue:
            for child, link in tree.below.get(queue.popleft(), ()):
                if child not in found:
                    found[child] = link.id
                    queue.append(child)
    return found


def _row(
    member: Member,
    depth: int,
    parent: str | None,
    link: StructureLink | None,
    *,
    again: bool,
    cycle: bool,
    reasons: list[str],
) -> StructureRow:
    return StructureRow(
        party=member.party,
        role=member.role,
        status=member.status,
        depth=depth,
        parent=parent,
        link=link,
        again=again,
        cycle=cycle,
        reasons=reasons,
    )
