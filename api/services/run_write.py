"""Write what a run found: only what differs from what earlier runs left, under the run's own number."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from algorithms.threshold import PPB
from api.services.group_figures import UNTESTED, Figures, digest_of
from api.services.run_dependence import FoundLinks
from api.services.run_results import FLAGGED, ControlLink, Earlier, FoundGroup, Membership
from graph import model, times
from graph.nodes import as_changes
from graph.publishing import Work
from graph.store import Row

SOURCE = model.RUN
P = ParamSpec("P")
Item = TypeVar("Item")
_OPENED, _CLOSED = "opened", "closed"


class Rows(Sequence[Row], Generic[Item]):
    """Rows that are made when they are sent: those of all memberships of a large bank at once take a gigabyte."""

    def __init__(self, items: Sequence[Item], make: Callable[[Item], Row]) -> None:
        self._items, self._make = items, make

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        return [self._make(one) for one in self._items[at]] if isinstance(at, slice) else self._make(self._items[at])


@dataclass
class Findings:
    """All that a run found, ready to be compared."""

    links: list[ControlLink]
    dependence: FoundLinks
    groups: list[FoundGroup]
    members: list[Membership]
    declared: Mapping[str, Figures]
    """Figures of the groups that sources declare, by id."""


def link_row(run_id: str, day: date, id: str, start: str, end: str, **own: Any) -> Row:
    """A link that a run found, as `write/create_links` takes it."""
    properties = {
        "id": id,
        "valid_from": times.to_day(day),
        "valid_to": times.UNTIL_FURTHER,
        "status": "confirmed",
        "source": SOURCE,
        "row_key": "",
        "from_key": start,
        "to_key": end,
        "data_day": times.to_day(day),
        "flags": [],
        "run_id": run_id,
        **own,
    }
    return {"from": start, "to": end, "properties": properties}


class Writing:
    """Writes what a run found, in a thread of its own while the run goes on computing, under the run's number.

    Use as a context manager, inside that of the `Work`: left before `done`, it stops after the batch under way, so that
    the sweep finds nobody writing.
    """

    def __init__(self, work: Work) -> None:
        self._sender = Sender(work)
        self._pool = ThreadPoolExecutor(1, "writing")
        self._writing: list[Future[dict[str, int]]] = []

    def __enter__(self) -> Writing:
        return self

    def __exit__(self, *_: object) -> None:
        self._sender.stopped.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def start(self, job: Callable[Concatenate[Sender, P], dict[str, int]], *args: P.args, **kwargs: P.kwargs) -> None:
        """Write something, after all that was started before. job: takes the sender, then what is given here."""
        self._writing.append(self._pool.submit(job, self._sender, *args, **kwargs))

    def done(self) -> dict[str, int]:
        """Wait until all is written; how many of what were opened, closed and changed. Raises what writing raised."""
        return {name: count for one in self._writing for name, count in one.result().items()}


class _Stopped(Exception):
    """The run has ended, so nothing more is written."""


@dataclass
class Sender:
    """Sends rows in batches until it is stopped."""

    work: Work
    stopped: threading.Event = field(default_factory=threading.Event)

    def many(self, name: str, rows: Sequence[Row], touches: str) -> int:
        """Send rows to a statement; how many it did."""
        return self.work.write_many(name, rows, touches=touches, advance=self._go_on)

    def make_nodes(self, label: str, rows: Sequence[Row]) -> None:
        """Make nodes."""
        self.work.make_nodes(label, rows, advance=self._go_on)

    def _go_on(self, _: int) -> None:
        if self.stopped.is_set():
            raise _Stopped


def write(sender: Sender, day: date, found: Findings, earlier: Earlier) -> dict[str, int]:
    """Write the differences; how many of what were opened, closed and changed."""
    counts = _write_control(sender, day, found.links, earlier)
    counts |= _write_dependence(sender, day, found.dependence, earlier)
    counts |= _write_groups(sender, day, found.groups, earlier)
    opened, closed = write_members(sender, day, "Group", found.members, earlier.members)
    counts |= {"memberships_opened": opened, "memberships_closed": closed}
    counts["groups_changed"] = _change_groups(sender, found, earlier)
    return counts


def _write_control(sender: Sender, day: date, links: list[ControlLink], earlier: Earlier) -> dict[str, int]:
    by_id = {link.id: link for link in links}
    fresh = {id: link for id, link in by_id.items() if id not in earlier.links or earlier.links[id][1] != link.votes}
    gone = [{"id": id, "seq_in": seq_in} for id, (seq_in, _) in earlier.links.items() if id not in by_id or id in fresh]
    rows = [
        link_row(sender.work.id, day, id, x.controlled, x.controller, basis=x.basis, votes=x.votes / PPB)
        for id, x in fresh.items()
    ]
    closed = sender.many("write/close_links[CONTROLLED_BY]", gone, "CONTROLLED_BY")
    opened = sender.many("write/create_links[CONTROLLED_BY:Party:Party]", rows, "CONTROLLED_BY")
    return {f"control_{_OPENED}": opened, f"control_{_CLOSED}": closed}


def _write_dependence(sender: Sender, day: date, found: FoundLinks, earlier: Earlier) -> dict[str, int]:
    """What a person has decided on stays, unless the data show other amounts: then the link is flagged again."""
    by_id = {link.id: link for link in found.links}
    fresh: list[Row] = []
    changed: list[Row] = []
    for id, x in by_id.items():
        before = earlier.dependence.get(id)
        if before and before[1:] == (x.part, x.whole, x.currency, False):
            continue
        own = {"criterion": x.criterion, "weight": x.weight / PPB, "part_amount": x.part, "whole_amount": x.whole}
        own["currency"] = x.currency
        row = link_row(sender.work.id, day, id, x.dependent, x.provider, status=FLAGGED, **own)
        changed.append({**row, "seq_in": before.seq_in}) if before else fresh.append(row)
    gone = [
        {"id": id, "seq_in": before.seq_in}
        for id, before in earlier.dependence.items()
        if id not in by_id and (not before.decided or id in found.fallen)
    ]
    closed = sender.many("write/close_links[DEPENDS_ON]", gone, "DEPENDS_ON")
    renewed = sender.many("write/renew_links[DEPENDS_ON:Party:Party]", changed, "DEPENDS_ON")
    opened = sender.many("write/create_links[DEPENDS_ON:Party:Party]", fresh, "DEPENDS_ON")
    return {f"dependence_{_OPENED}": opened + renewed, f"dependence_{_CLOSED}": closed + renewed}


def _write_groups(sender: Sender, day: date, groups: list[FoundGroup], earlier: Earlier) -> dict[str, int]:
    """Make and close groups. Those that are there already change last, see `_change_groups`."""
    known = {group.group_id for group in groups}
    made = [_new_group(sender.work.id, day, group) for group in groups if group.group_id not in earlier.groups]
    gone = [{"key": group_id} for group_id in earlier.groups if group_id not in known]
    sender.make_nodes("Group", made)
    sender.many("publishing/close_nodes[Group]", gone, "Group")
    return {"groups_opened": len(made), "groups_closed": len(gone)}


def _new_group(run_id: str, day: date, group: FoundGroup) -> Row:
    own = {**_found(group.values), "kind": group.kind, "source": SOURCE, "data_day": times.to_day(day)}
    own["run_id"] = run_id
    return {"key": group.group_id, "properties": own, "labels": None}


def _found(values: Figures) -> dict[str, Any]:
    """What a run found of a group, with its digest."""
    return {**values, "run_digest": digest_of(values)}


def _change_groups(sender: Sender, found: Findings, earlier: Earlier) -> int:
    """Change what differs of groups that are there: of those found before, and the figures of declared ones, which keep
    no run: they are their source's."""
    now = {group.group_id: group.values for group in found.groups if group.group_id in earlier.groups}
    declared = {group_id: found.declared.get(group_id, UNTESTED) for group_id in earlier.declared}
    rows = [
        {"key": group_id, "properties": {**_found(values), "run_id": sender.work.id}, "labels": None}
        for group_id, values in now.items()
        if digest_of(values) != earlier.groups[group_id]
    ]
    rows += [
        {"key": group_id, "properties": _found(values), "labels": None}
        for group_id, values in declared.items()
        if digest_of(values) != earlier.declared[group_id]
    ]
    return sender.many("write/set_attributes[Group]", list(as_changes(sender.work.store, "Group", rows)), "Group")


def write_members(
    sender: Sender,
    day: date,
    label: str,
    members: Sequence[Membership],
    before: Mapping[str, tuple[int, str, str, str]],
) -> tuple[int, int]:
    """Write the memberships of groups or homes that differ; how many were opened and closed.

    before: by link id `seq_in`, role, status, reasons a line each.
    """
    by_id = {member.id: member for member in members}
    fresh = {
        id: m for id, m in by_id.items() if id not in before or before[id][1:] != (m.role, m.status, m.reason_lines)
    }
    gone = [{"id": id, "seq_in": was[0]} for id, was in before.items() if id not in by_id or id in fresh]

    def row(one: tuple[str, Membership]) -> Row:
        run_id, (id, m) = sender.work.id, one
        return link_row(run_id, day, id, m.party, m.group_id, status=m.status, role=m.role, reasons=list(m.reasons))

    closed = sender.many("write/close_links[MEMBER_OF]", gone, "MEMBER_OF")
    rows = Rows(list(fresh.items()), row)
    opened = sender.many(f"write/create_links[MEMBER_OF:Party:{label}]", rows, "MEMBER_OF")
    return opened, closed
