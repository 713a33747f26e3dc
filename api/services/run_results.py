"""What a run found, as the links, groups and memberships that the graph should hold, and what differs from before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from algorithms.columns import IntArray, joined, ranges
from algorithms.control import Control
from algorithms.groups import HEAD, Groups
from api.services.declared_groups import DECLARED
from api.services.group_figures import UNTESTED, Figures
from api.services.run_input import RunInput
from graph import ids
from graph.store import View

CONTROL, CONNECTED = "control", "connected"
HOUSEHOLD, FAMILY = "household", "family"
AS_ONE = "family"
"""Basis of a link of control to each member of a couple that controls as one."""

LINKS = {
    "controlled": pl.Int64,
    "controller": pl.Int64,
    "controlled_id": pl.String,
    "controller_id": pl.String,
    "basis": pl.String,
    "votes": pl.Int64,
}
"""A row an immediate link of control between parties, whose ends are told by ordinal and by id. votes: in parts per
billion."""


def control_link_id(controlled: str, controller: str, basis: str) -> str:
    """The id of a link of control, by the ids of its parties."""
    return ids.link_id("CONTROLLED_BY", controlled, controller, "", basis)


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """A group that a run found: `control`, or `connected` where it is more than that."""

    group_id: str
    name: str
    head_id: str
    size: int
    figures: Figures
    kind: str = CONTROL

    @property
    def values(self) -> Figures:
        """What its node holds of it."""
        return {"head_id": self.head_id, "size": self.size, "name": self.name, **self.figures}


@dataclass(frozen=True)
class EarlierGroups:
    """Control groups of earlier runs, by which groups keep their ids.

    parties_of: party ids by group id; parties that are gone are left out. dissolved: ids of groups that are no more;
    they are never given again.
    """

    parties_of: Mapping[str, frozenset[str]]
    dissolved: frozenset[str]

    @classmethod
    def of(cls, frame: pl.DataFrame) -> EarlierGroups:
        """From `group_id`, `party_id` (null for a group without) and `dissolved`."""
        is_open = frame.filter(~pl.col("dissolved"))
        parties = is_open.group_by("group_id").agg(pl.col("party_id").drop_nulls())
        dissolved = frame.filter("dissolved")["group_id"]
        return cls({id: frozenset(some) for id, some in parties.iter_rows()}, frozenset(dissolved.to_list()))


class EarlierDependence(NamedTuple):
    """A link of dependence that a run found; decided: a person has decided on it since."""

    seq_in: int
    part: int
    whole: int
    currency: str
    decided: bool


_OPEN = {"link": pl.String, "seq_in": pl.Int64, "from_key": pl.String}
EARLIER_LINKS = {**_OPEN, "to_key": pl.String, "basis": pl.String, "votes": pl.Int64}
EARLIER_MEMBERS = {**_OPEN, **dict.fromkeys(("group_id", "role", "status", "reasons"), pl.String)}
"""Open links of control, and memberships, with what their ids are made of: `from_key` and `to_key` are the ids of the
parties between which they were found, whatever these were joined into. reasons: each ends its line."""


@dataclass(frozen=True)
class Earlier:
    """What runs before this one left open: links and memberships with `seq_in` to close them by, the others by their
    ids."""

    links: pl.DataFrame
    """`EARLIER_LINKS`."""
    members: pl.DataFrame
    """`EARLIER_MEMBERS`."""
    groups: Mapping[str, int]
    """The digest of what was found of each."""
    declared: Mapping[str, int]
    """The same of the groups that sources declare."""
    memory: EarlierGroups
    """The control groups."""
    connected: EarlierGroups
    dependence: Mapping[str, EarlierDependence] = field(default_factory=dict)

    @classmethod
    def of_groups(cls, memory: EarlierGroups, connected: EarlierGroups) -> Earlier:
        """Groups, and nothing else."""
        return cls(pl.DataFrame(schema=EARLIER_LINKS), pl.DataFrame(schema=EARLIER_MEMBERS), {}, {}, memory, connected)

    @property
    def memberships(self) -> set[tuple[str, str]]:
        """Pairs of party and group, of all groups that are open."""
        kinds = (self.memory.parties_of, self.connected.parties_of)
        return {(party, group_id) for kind in kinds for group_id, parties in kind.items() for party in parties}

    @property
    def group_ids(self) -> tuple[str, ...]:
        """All groups that are open."""
        return (*self.memory.parties_of, *self.connected.parties_of)


def read_earlier(view: View, given: RunInput) -> Earlier:
    """What is open now of earlier runs' links of control and dependence, groups and memberships."""
    control, connected = (_read_groups(view, given, kind) for kind in (CONTROL, CONNECTED))
    declared = view.snapshot("snapshot/found_groups", kind=DECLARED)
    found = view.snapshot("snapshot/found_dependence")
    columns = rows_of(found, "link", *EarlierDependence._fields)
    return Earlier(
        links=as_told(view.table("snapshot/controlled_by"), EARLIER_LINKS),
        dependence={link: EarlierDependence(*rest) for link, *rest in columns},
        members=pl.concat([control.members, connected.members]),
        groups={**control.groups, **connected.groups},
        declared={k: digest for k, digest, is_open in rows_of(declared, "group_id", "digest", "open") if is_open},
        memory=control.memory,
        connected=connected.memory,
    )


class _Read(NamedTuple):
    """Groups of a kind."""

    members: pl.DataFrame
    groups: dict[str, int]
    memory: EarlierGroups


def _read_groups(view: View, given: RunInput, kind: str) -> _Read:
    found = view.table("snapshot/found_members", kind=kind)
    groups = {"group_id": pl.String, "digest": pl.Int64, "open": pl.Boolean}
    known = as_told(view.table("snapshot/found_groups", kind=kind), groups)
    parties = found.select(pl.col("group_id").cast(pl.String), party_id=party_ids(given, found["party"])).drop_nulls()
    frame = known.select("group_id", dissolved=~pl.col("open")).join(parties, on="group_id", how="left")
    is_open = known.filter("open")
    return _Read(
        as_told(found, EARLIER_MEMBERS),
        dict(is_open.select("group_id", "digest").iter_rows()),
        EarlierGroups.of(frame),
    )


def as_told(table: pl.DataFrame, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """Columns of a snapshot by their kinds, which it does not tell where it has no rows."""
    return table.select(pl.col(name).cast(kind) for name, kind in schema.items())


def party_ids(given: RunInput, nodes: pl.Series) -> pl.Series:
    """The ids of parties by their nodes, null for those that are gone."""
    at = pl.Series(given.ordinal_of(nodes.to_numpy()))
    return given.ids.gather(at.set(at < 0, None))


def rows_of(columns: dict[str, np.ndarray[Any, Any]], *names: str) -> Iterable[tuple[Any, ...]]:
    """Columns of a snapshot as rows."""
    return zip(*(columns[name].tolist() for name in names), strict=True)


def controller_names(given: RunInput, control: Control) -> np.ndarray[Any, Any]:
    """Ids of parties by ordinal, then of families: their members' ids joined by `+`."""
    families = ["+".join(given.party_ids[m] for m in members) for members in control.families]
    names = np.empty(len(given.party_ids) + len(families), dtype=object)
    names[:] = [*given.party_ids, *families]
    return names


def control_links(given: RunInput, control: Control) -> pl.DataFrame:
    """The immediate links, rows of `LINKS`; those of a couple lead to each of the two."""
    found, couple = control.immediate, control.immediate.controller - control.n_parties
    sizes = np.asarray([len(members) for members in control.families], dtype=np.int64)
    everybody = np.asarray([party for members in control.families for party in members], dtype=np.int64)
    last = np.cumsum(sizes)
    alone, of_couple = np.flatnonzero(couple < 0), np.flatnonzero(couple >= 0)
    at, member = ranges((last - sizes)[couple[of_couple]], last[couple[of_couple]])
    row = joined(alone, of_couple[at])
    order = np.argsort(row, kind="stable")
    controlled, controller = found.controlled[row], joined(found.controller[alone], everybody[member])
    basis = joined(found.basis[alone], np.full(at.size, len(found.basis_names)))
    parties, names = given.ids, pl.Series([*found.basis_names, AS_ONE], dtype=pl.String)
    links = pl.DataFrame(
        {
            "controlled": controlled,
            "controller": controller,
            "controlled_id": parties.gather(controlled),
            "controller_id": parties.gather(controller),
            "basis": names.gather(basis),
            "votes": found.votes[row],
        },
        schema=LINKS,
    )[order]
    known = ("controlled", "controller", "basis")
    return links.filter(pl.col("controlled") != pl.col("controller")).unique(known, keep="first", maintain_order=True)


def named_groups(given: RunInput, groups: Groups) -> tuple[list[list[str]], list[list[str]]]:
    """The ids of the parties of each group, and of its heads."""
    ids = np.asarray(given.party_ids, dtype=object)
    is_head = groups.role == HEAD
    heads_first = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(is_head)))[groups.first]
    return _cut(ids[groups.party], groups.first), _cut(ids[groups.party[is_head]], heads_first)


def _cut(names: np.ndarray[Any, Any], first: IntArray) -> list[list[str]]:
    """Names by group. first: CSR offsets."""
    told = names.tolist()
    return [told[start:end] for start, end in pairwise(first.tolist())]


def found_groups(
    given: RunInput,
    heads: Sequence[int],
    sizes: Sequence[int],
    group_ids: Sequence[str],
    names: Mapping[str, str],
    figures: Mapping[str, Figures],
    kind: str,
) -> list[FoundGroup]:
    """Groups of a kind, named after their first head. heads: its ordinal, by group."""
    found = []
    for group_id, ordinal, size in zip(group_ids, heads, sizes, strict=True):
        head = given.party_ids[ordinal]
        found.append(FoundGroup(group_id, names.get(head, head), head, size, figures.get(group_id, UNTESTED), kind))
    return found


def digest(links: pl.DataFrame, members: pl.DataFrame) -> str:
    """Over the results in a fixed order, group ids left out: they depend on history.

    links, members: rows of `LINKS` and of `run_members.MEMBERS`.
    """
    told = links.select("controller_id", "controlled_id", "basis", "votes")
    rows = members.select("group_id", "party_id", "role", "status")
    rows = rows.sort(rows.columns)
    each = rows.select("group_id", told=_told(rows.drop("group_id")))
    of_groups = each.group_by("group_id", maintain_order=True).agg(pl.col("told").str.join(", "))["told"]
    hashed = hashlib.blake2b(f"[{', '.join(_told(told.sort(told.columns)))}]".encode(), digest_size=16)
    hashed.update(f"[{', '.join(f'[{group}]' for group in of_groups.sort())}]".encode())
    return hashed.hexdigest()


def _told(rows: pl.DataFrame) -> pl.Series:
    """Each row as Python writes a tuple of it. Ids are ours and hold no quote; of other texts there are only a few."""
    texts = []
    for name, kind in rows.schema.items():
        if kind != pl.String:
            text = pl.col(name).cast(pl.String)
        elif name.endswith("_id"):
            text = pl.format("'{}'", name)
        else:
            written = {value: repr(value) for value in rows[name].unique()}
            text = pl.col(name).replace_strict(written, return_dtype=pl.String)
        texts.append(text.fill_null("None"))
    return rows.select(told=pl.format(f"({', '.join('{}' for _ in texts)})", *texts))["told"]


def names_of(view: View, wanted: Iterable[str]) -> dict[str, str]:
    """Names of parties. Those of the same parties are kept with the columns of a run."""
    return dict(rows_of(view.snapshot("run/names", ids=sorted(set(wanted))), "party_ids", "names"))
