"""What a run found, as the links, groups and memberships that the graph should hold, and what differs from before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from algorithms.control import Control
from algorithms.groups import ROLES, Groups
from algorithms.threshold import PPB
from api.services.run_input import RunInput
from api.services.words import percent
from graph import ids
from graph.store import Row, View

FAMILY = "family"
"""Basis of a link of control to each member of a couple that controls as one."""


@dataclass(frozen=True)
class ControlLink:
    """An immediate link of control between parties; votes in parts per billion."""

    controlled: str
    controller: str
    basis: str
    votes: int

    @property
    def id(self) -> str:
        return ids.link_id("CONTROLLED_BY", self.controlled, self.controller, "", self.basis)


@dataclass(frozen=True)
class Membership:
    """A party in a control group."""

    group_id: str
    party: str
    role: str
    reason: str

    @property
    def id(self) -> str:
        return ids.link_id("MEMBER_OF", self.party, self.group_id, "")


@dataclass(frozen=True)
class FoundGroup:
    """A control group."""

    group_id: str
    name: str
    head_id: str
    size: int


@dataclass(frozen=True)
class Earlier:
    """What runs before this one left open, by link id (with `seq_in` to close it by) and by group id."""

    links: Mapping[str, tuple[int, int]]
    members: Mapping[str, tuple[int, str, str]]
    groups: Mapping[str, tuple[str, int, str]]
    parties_of: Mapping[str, frozenset[str]]
    """Party ids by group id; parties that are gone are left out."""
    dissolved: frozenset[str]
    """Ids of groups that are no more; they are never given again."""


def read_earlier(view: View, given: RunInput) -> Earlier:
    """What is open now of earlier runs' control links, groups and memberships."""
    links = view.snapshot("snapshot/controlled_by")
    members = view.snapshot("snapshot/control_members")
    groups = view.snapshot("snapshot/control_groups")
    known = list(_rows(groups, "group_id", "head_id", "size", "name", "open"))
    parties_of: dict[str, set[str]] = {row[0]: set() for row in known if row[4]}
    ordinals = given.ordinal_of(members["party"])
    for group_id, ordinal in zip(members["group_id"].tolist(), ordinals.tolist(), strict=True):
        if ordinal >= 0:
            parties_of.setdefault(group_id, set()).add(given.party_ids[ordinal])
    return Earlier(
        links={k: (s, v) for k, s, v in _rows(links, "link", "seq_in", "votes")},
        members={k: (s, role, why) for k, s, role, why in _rows(members, "link", "seq_in", "role", "reasons")},
        groups={k: (head, size, name) for k, head, size, name, is_open in known if is_open},
        parties_of={k: frozenset(v) for k, v in parties_of.items()},
        dissolved=frozenset(row[0] for row in known if not row[4]),
    )


def _rows(columns: dict[str, np.ndarray[Any, Any]], *names: str) -> Iterable[tuple[Any, ...]]:
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
    links: dict[str, ControlLink] = {}
    columns = (found.controller, found.controlled, found.votes, found.basis)
    for controller, controlled, votes, basis in zip(*(c.tolist() for c in columns), strict=True):
        family = control.families[controller - control.n_parties] if controller >= control.n_parties else ()
        for member in family or (controller,):
            if member == controlled:
                continue
            name = FAMILY if family else found.basis_names[basis]
            link = ControlLink(given.party_ids[controlled], given.party_ids[member], name, votes)
            links.setdefault(link.id, link)
    return list(links.values())


def memberships(
    given: RunInput, groups: Groups, group_ids: list[str], links: list[ControlLink], names: Mapping[str, str]
) -> list[Membership]:
    """Every member of every group with its role and the reason in words."""
    above: dict[str, list[ControlLink]] = {}
    for link in links:
        above.setdefault(link.controlled, []).append(link)
    found = []
    for place, group_id in enumerate(group_ids):
        span = slice(int(groups.first[place]), int(groups.first[place + 1]))
        inside = [given.party_ids[p] for p in groups.party[span].tolist()]
        parties = frozenset(inside)
        for party, role in zip(inside, groups.role[span].tolist(), strict=True):
            reason = _reason(ROLES[role], above.get(party, ()), parties, names)
            found.append(Membership(group_id, party, ROLES[role], reason))
    return found


def _reason(role: str, above: Iterable[ControlLink], inside: frozenset[str], names: Mapping[str, str]) -> str:
    link = next((one for one in above if one.controller in inside), None)
    if role == "head":
        together = " together with the other heads" if link else ""
        return f"head: controls {len(inside) - 1} parties{together} and nobody outside controls it"
    if link is None:
        return "controlled by the head of the group"
    votes = f" with {percent(link.votes / PPB)} of the votes" if link.votes else ""
    return f"controlled by {names.get(link.controller, link.controller)} ({link.basis}){votes}"


def found_groups(given: RunInput, groups: Groups, group_ids: list[str], names: Mapping[str, str]) -> list[FoundGroup]:
    """The groups, named after their first head."""
    found = []
    for place, group_id in enumerate(group_ids):
        head = given.party_ids[int(groups.heads(place).min())]
        found.append(FoundGroup(group_id, names.get(head, head), head, int(groups.members(place).size)))
    return found


def digest(links: list[ControlLink], members: list[Membership]) -> str:
    """Over the results in a fixed order, group ids left out: they depend on history."""
    hashed = hashlib.blake2b(digest_size=16)
    hashed.update(repr(sorted((x.controller, x.controlled, x.basis, x.votes) for x in links)).encode())
    by_group: dict[str, list[tuple[str, str]]] = {}
    for member in members:
        by_group.setdefault(member.group_id, []).append((member.party, member.role))
    hashed.update(repr(sorted(sorted(parties) for parties in by_group.values())).encode())
    return hashed.hexdigest()


def names_of(view: View, wanted: Iterable[str]) -> dict[str, Row]:
    """Names and scope tokens of parties."""
    found: dict[str, Row] = {}
    everybody = sorted(set(wanted))
    for start in range(0, len(everybody), 20_000):
        for row in view.read("run/names", ids=everybody[start : start + 20_000]):
            found[row["party_id"]] = row
    return found
