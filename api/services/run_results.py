"""What a run found, as the links, groups and memberships that the graph should hold, and what differs from before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from algorithms.columns import IntArray
from algorithms.connected import FIRM
from algorithms.connected import ROLES as CONNECTED_ROLES
from algorithms.control import Control
from algorithms.groups import HEAD, ROLES, Groups
from algorithms.threshold import PPB
from api.services.answers import many
from api.services.declared_groups import DECLARED
from api.services.group_figures import UNTESTED, Figures
from api.services.reasons import named
from api.services.run_exposure import ConnectedGroup, Tie
from api.services.run_input import RunInput
from api.services.words import percent
from graph import ids
from graph.store import View

CONTROL, CONNECTED = "control", "connected"
HOUSEHOLD, FAMILY = "household", "family"
CONFIRMED, FLAGGED = "confirmed", "flagged"
MOST_NAMED = 5
"""Heads, and further groups, that a reason names."""
AS_ONE = "family"
"""Basis of a link of control to each member of a couple that controls as one."""


@dataclass(frozen=True, slots=True)
class ControlLink:
    """An immediate link of control between parties; votes in parts per billion."""

    controlled: str
    controller: str
    basis: str
    votes: int

    @property
    def id(self) -> str:
        return ids.link_id("CONTROLLED_BY", self.controlled, self.controller, "", self.basis)


@dataclass(frozen=True, slots=True)
class Membership:
    """A party in a group, with the reasons as they are kept: parties by id (`api.services.reasons`)."""

    group_id: str
    party: str
    role: str
    reasons: tuple[str, ...]
    status: str = CONFIRMED

    @property
    def id(self) -> str:
        return ids.link_id("MEMBER_OF", self.party, self.group_id, "")

    @property
    def reason_lines(self) -> str:
        """The reasons as `snapshot/found_members` gives those of earlier runs."""
        return "".join(f"{reason}\n" for reason in self.reasons)


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


@dataclass(frozen=True)
class Earlier:
    """What runs before this one left open, by link id (with `seq_in` to close it by) and by group id."""

    links: Mapping[str, tuple[int, int]]
    members: Mapping[str, tuple[int, str, str, str]]
    """`seq_in`, role, status, reasons a line each."""
    groups: Mapping[str, int]
    """The digest of what was found of each."""
    declared: Mapping[str, int]
    """The same of the groups that sources declare."""
    memory: EarlierGroups
    """The control groups."""
    connected: EarlierGroups
    dependence: Mapping[str, EarlierDependence] = field(default_factory=dict)

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
    links = view.snapshot("snapshot/controlled_by")
    members: dict[str, tuple[int, str, str, str]] = {}
    groups: dict[str, int] = {}
    declared = view.snapshot("snapshot/found_groups", kind=DECLARED)
    memory = {kind: _read_groups(view, given, kind, members, groups) for kind in (CONTROL, CONNECTED)}
    found = view.snapshot("snapshot/found_dependence")
    columns = rows_of(found, "link", *EarlierDependence._fields)
    return Earlier(
        links={k: (s, v) for k, s, v in rows_of(links, "link", "seq_in", "votes")},
        dependence={link: EarlierDependence(*rest) for link, *rest in columns},
        members=members,
        groups=groups,
        declared={k: digest for k, digest, is_open in rows_of(declared, "group_id", "digest", "open") if is_open},
        memory=memory[CONTROL],
        connected=memory[CONNECTED],
    )


def _read_groups(
    view: View,
    given: RunInput,
    kind: str,
    members: dict[str, tuple[int, str, str, str]],
    groups: dict[str, int],
) -> EarlierGroups:
    """Groups of a kind, entered among those of the others."""
    found = view.snapshot("snapshot/found_members", kind=kind)
    known = list(rows_of(view.snapshot("snapshot/found_groups", kind=kind), "group_id", "digest", "open"))
    parties_of: dict[str, set[str]] = {group_id: set() for group_id, _, is_open in known if is_open}
    ordinals = given.ordinal_of(found["party"])
    for group_id, ordinal in zip(found["group_id"].tolist(), ordinals.tolist(), strict=True):
        if ordinal >= 0:
            parties_of.setdefault(group_id, set()).add(given.party_ids[ordinal])
    members |= {k: tuple(rest) for k, *rest in rows_of(found, "link", "seq_in", "role", "status", "reasons")}
    groups |= {k: digest for k, digest, is_open in known if is_open}
    return EarlierGroups(
        parties_of={k: frozenset(v) for k, v in parties_of.items()},
        dissolved=frozenset(group_id for group_id, _, is_open in known if not is_open),
    )


def rows_of(columns: dict[str, np.ndarray[Any, Any]], *names: str) -> Iterable[tuple[Any, ...]]:
    """Columns of a snapshot as rows."""
    return zip(*(columns[name].tolist() for name in names), strict=True)


def controller_names(given: RunInput, control: Control) -> np.ndarray[Any, Any]:
    """Ids of parties by ordinal, then of families: their members' ids joined by `+`."""
    families = ["+".join(given.party_ids[m] for m in members) for members in control.families]
    names = np.empty(len(given.party_ids) + len(families), dtype=object)
    names[:] = [*given.party_ids, *families]
    return names


def control_links(given: RunInput, control: Control) -> list[ControlLink]:
    """The immediate links; those of a couple lead to each of the two."""
    found = control.immediate
    links: dict[tuple[int, int, str], ControlLink] = {}
    columns = (found.controller, found.controlled, found.votes, found.basis)
    for controller, controlled, votes, basis in zip(*(c.tolist() for c in columns), strict=True):
        family = control.families[controller - control.n_parties] if controller >= control.n_parties else ()
        name = AS_ONE if family else found.basis_names[basis]
        for member in family or (controller,):
            key = (controlled, member, name)
            if member != controlled and key not in links:
                links[key] = ControlLink(given.party_ids[controlled], given.party_ids[member], name, votes)
    return list(links.values())


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


def memberships(given: RunInput, groups: Groups, group_ids: list[str], links: list[ControlLink]) -> list[Membership]:
    """All members of all groups with role and reasons; those of a party in several groups name the other heads."""
    above: dict[str, list[ControlLink]] = {}
    for link in links:
        above.setdefault(link.controlled, []).append(link)
    members, heads = named_groups(given, groups)
    group = np.repeat(np.arange(len(groups)), np.diff(groups.first))
    shared = np.flatnonzero(np.bincount(groups.party, minlength=len(given.party_ids))[groups.party] > 1)
    places: dict[str, list[int]] = {}
    for ordinal, place in zip(groups.party[shared].tolist(), group[shared].tolist(), strict=True):
        places.setdefault(given.party_ids[ordinal], []).append(place)
    roles = iter(groups.role.tolist())
    found = []
    for place, group_id in enumerate(group_ids):
        parties = frozenset(members[place])
        for party in members[place]:
            inside = next((one for one in above.get(party, ()) if one.controller in parties), None)
            role = ROLES[next(roles)]
            if role == "head":
                first = _of_head(len(parties), [head for head in heads[place] if head != party], inside)
            else:
                first = _of_member(inside)
            also = [(heads[other], group_ids[other]) for other in places.get(party, ()) if other != place]
            found.append(Membership(group_id, party, role, (first, *_of_other_groups(also))))
    return found


def connected_memberships(
    given: RunInput, groups: Sequence[ConnectedGroup], group_ids: Sequence[str], links: list[ControlLink]
) -> list[Membership]:
    """All members of groups of connected clients that are more than a control group, with what ties each to it."""
    above: dict[tuple[str, str], ControlLink] = {(link.controlled, link.controller): link for link in links}
    found = []
    for group_id, group in zip(group_ids, groups, strict=True):
        columns = (group.party.tolist(), group.role.tolist(), group.status.tolist(), group.ties)
        for ordinal, role, status, tie in zip(*columns, strict=True):
            party = given.party_ids[ordinal]
            reason = _of_connected_head(group.party.size) if tie is None else _of_tie(given, party, tie, above)
            code = CONFIRMED if status == FIRM else FLAGGED
            found.append(Membership(group_id, party, CONNECTED_ROLES[role], (reason,), code))
    return found


def _of_connected_head(size: int) -> str:
    return f"head: {many(size - 1, 'party')} would fall with it"


def _of_tie(given: RunInput, party: str, tie: Tie, above: Mapping[tuple[str, str], ControlLink]) -> str:
    if tie.source < 0:
        return "controlled by the head of the group"
    source = given.party_ids[tie.source]
    if tie.kind == "dependence":
        doubt = "" if tie.firm else ", flagged: nobody has confirmed it"
        return f"depends on {named(source)} ({tie.criterion or 'criterion not told'}{doubt})"
    if tie.kind == "kin":
        doubt = "" if tie.firm else ": by the kin alone, flagged"
        return f"controlled by {named(source)} together with close kin{doubt}"
    return _of_member(above[party, source]) if (party, source) in above else f"controlled by {named(source)}"


def _of_head(size: int, others: list[str], link: ControlLink | None) -> str:
    """others: the further heads, who with it are a couple, or where a link leads back to it a circle of control."""
    if not others:
        return f"head: controls {many(size - 1, 'party')} and nobody outside controls it"
    if link is None:
        return f"head: controls {many(size - 1 - len(others), 'party')} as one with {_some(others)}"
    return f"head: controls {many(size - 1, 'party')} in a circle with {_some(others)}, and nobody outside controls it"


def _of_member(link: ControlLink | None) -> str:
    if link is None:
        return "controlled by the head of the group"
    votes = f" with {percent(link.votes / PPB)} of the votes" if link.votes else ""
    return f"controlled by {named(link.controller)} ({link.basis}){votes}"


def _of_other_groups(groups: list[tuple[list[str], str]]) -> Iterable[str]:
    for heads, group_id in groups[:MOST_NAMED]:
        yield f"also controlled by {_some(heads)}, head of {group_id}"
    if len(groups) > MOST_NAMED:
        yield f"also controlled by the heads of {len(groups) - MOST_NAMED} more groups"


def _some(parties: list[str]) -> str:
    shown = [named(party) for party in parties[:MOST_NAMED]]
    more = [f"{len(parties) - MOST_NAMED:,} more"] if len(parties) > MOST_NAMED else []
    return " and ".join(shown + more)


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


def digest(links: list[ControlLink], members: list[Membership]) -> str:
    """Over the results in a fixed order, group ids left out: they depend on history."""
    hashed = hashlib.blake2b(digest_size=16)
    hashed.update(repr(sorted((x.controller, x.controlled, x.basis, x.votes) for x in links)).encode())
    by_group: dict[str, list[tuple[str, str, str]]] = {}
    for member in members:
        by_group.setdefault(member.group_id, []).append((member.party, member.role, member.status))
    hashed.update(repr(sorted(sorted(parties) for parties in by_group.values())).encode())
    return hashed.hexdigest()


def names_of(view: View, wanted: Iterable[str]) -> dict[str, str]:
    """Names of parties. Those of the same parties are kept with the columns of a run."""
    return dict(rows_of(view.snapshot("run/names", ids=sorted(set(wanted))), "party_ids", "names"))
