"""Write what a run found: only what differs from what earlier runs left, under the run's own number."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Concatenate, ParamSpec, overload

import polars as pl

from algorithms.threshold import PPB
from api.services.group_figures import UNTESTED, Figures, digest_of
from api.services.run_dependence import FoundLinks
from api.services.run_input import RunInput
from api.services.run_members import FLAGGED
from api.services.run_results import Earlier, FoundGroup, control_link_id
from graph import ids, model, times
from graph.nodes import as_changes
from graph.publishing import Work
from graph.store import Row

SOURCE = model.RUN
P = ParamSpec("P")
_OPENED, _CLOSED = "opened", "closed"


class Rows(Sequence[Row]):
    """Rows that are made when they are sent: those of all memberships of a large bank at once take a gigabyte."""

    def __init__(self, table: pl.DataFrame, make: Callable[[Row], Row]) -> None:
        """make: makes one of a row of the table, by column."""
        self._table, self._make = table, make

    def __len__(self) -> int:
        return self._table.height

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        if isinstance(at, slice):
            return [self._make(one) for one in self._table[at].iter_rows(named=True)]
        return self._make(self._table.row(at, named=True))


class Places:
    """Where the store keeps each party: what is written in that order finds its neighbours in memory."""

    def __init__(self, given: RunInput) -> None:
        self._given = given

    @cached_property
    def _ids(self) -> pl.Series:
        return self._given.ids.gather(self._given.ordinals)

    def ordered(self, rows: pl.DataFrame, by: str) -> pl.DataFrame:
        """Rows in the order of a column of ids of parties, all of them known."""
        found = self._known(rows, by)
        if found.height != rows.height:
            raise ValueError(f"{rows.height - found.height} rows name a party under {by} that was not read")
        return found

    def in_order(self, parties: Collection[str]) -> list[str]:
        """The ids of parties in that order, those that are gone left out."""
        rows = pl.DataFrame({"party_id": list(parties)}, schema={"party_id": pl.String})
        return self._known(rows, "party_id")["party_id"].to_list()

    def _known(self, rows: pl.DataFrame, by: str) -> pl.DataFrame:
        everybody = pl.DataFrame({by: self._ids})
        return everybody.join(rows, on=by, maintain_order="left_right").select(rows.columns)


@dataclass
class Findings:
    """What a run found beside links of control and homes, ready to be compared."""

    dependence: FoundLinks
    groups: list[FoundGroup]
    members: pl.DataFrame
    """Rows of `run_members.MEMBERS`."""
    declared: Mapping[str, Figures]
    """Figures of the groups that sources declare, by id."""
    places: Places


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
    counts = _write_dependence(sender, day, found.dependence, earlier)
    counts |= _write_groups(sender, day, found.groups, earlier)
    opened, closed = write_members(sender, day, "Group", found.members, earlier.members, found.places)
    counts |= {"memberships_opened": opened, "memberships_closed": closed}
    counts["groups_changed"] = _change_groups(sender, found, earlier)
    return counts


def write_control(
    sender: Sender, day: date, links: pl.DataFrame, earlier: pl.DataFrame, places: Places
) -> dict[str, int]:
    """Write the links of control that differ; how many were opened and closed.

    links: rows of `run_results.LINKS`. earlier: of `run_results.EARLIER_LINKS`.
    """
    keys = {"controlled_id": "from_key", "controller_id": "to_key", "basis": "basis"}
    fresh, gone = _differing(links, earlier, keys, pl.col("votes") == pl.col("votes_before"))
    fresh = places.ordered(fresh, "controlled_id")

    def row(x: Row) -> Row:
        id = control_link_id(x["controlled_id"], x["controller_id"], x["basis"])
        own = {"basis": x["basis"], "votes": x["votes"] / PPB}
        return link_row(sender.work.id, day, id, x["controlled_id"], x["controller_id"], **own)

    closed = sender.many("write/close_links[CONTROLLED_BY]", gone, "CONTROLLED_BY")
    opened = sender.many("write/create_links[CONTROLLED_BY:Party:Party]", Rows(fresh, row), "CONTROLLED_BY")
    return {f"control_{_OPENED}": opened, f"control_{_CLOSED}": closed}


def _differing(
    now: pl.DataFrame, earlier: pl.DataFrame, keys: Mapping[str, str], same: pl.Expr
) -> tuple[pl.DataFrame, Rows]:
    """Which links are to be opened, and which to be closed.

    keys: what the id of a link is made of, by the columns of the two. same: whether a link stays as it was; what it was
    is told by columns that end in `_before`. Of a link that is open twice the last one counts, the other is closed.
    """
    last = earlier.unique(list(keys.values()), keep="last", maintain_order=True)
    found = now.join(last, left_on=list(keys), right_on=list(keys.values()), how="left", suffix="_before")
    stays = pl.col("link").is_not_null() & same
    kept = found.filter(stays).select("link", "seq_in")
    gone = earlier.join(kept, on=["link", "seq_in"], how="anti", maintain_order="left")
    return found.filter(~stays), Rows(gone.select("seq_in", id="link"), lambda one: one)


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
    sender: Sender, day: date, label: str, members: pl.DataFrame, earlier: pl.DataFrame, places: Places
) -> tuple[int, int]:
    """Write the memberships of groups or homes that differ; how many were opened and closed.

    members: rows of `run_members.MEMBERS`. earlier: of `run_results.EARLIER_MEMBERS`.
    """
    keys = {"party_id": "from_key", "group_id": "group_id"}
    lines = pl.col("reasons").list.eval(pl.element() + "\n").list.join("")
    same = [pl.col(name) == pl.col(f"{name}_before") for name in ("role", "status")]
    fresh, gone = _differing(members, earlier, keys, pl.all_horizontal(*same, lines == pl.col("reasons_before")))
    fresh = places.ordered(fresh, "party_id")

    def row(m: Row) -> Row:
        id = ids.link_id("MEMBER_OF", m["party_id"], m["group_id"], "")
        own = {"status": m["status"], "role": m["role"], "reasons": m["reasons"]}
        return link_row(sender.work.id, day, id, m["party_id"], m["group_id"], **own)

    closed = sender.many("write/close_links[MEMBER_OF]", gone, "MEMBER_OF")
    opened = sender.many(f"write/create_links[MEMBER_OF:Party:{label}]", Rows(fresh, row), "MEMBER_OF")
    return opened, closed
