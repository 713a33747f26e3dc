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
from api.services.reasons import named
from api.services.run_input import RunInput
from api.services.words import percent
from graph import ids
from graph.store import Row, View

MOST_NAMED = 5
"""Heads, and further groups, that a reason names."""
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
    """A party in a control group, with the reasons as they are kept: parties by id (`api.services.reasons`)."""

    group_id: str
    party: str
    role: str
    reasons: tuple[str, ...]

    @property
    def id(self) -> str:
        return ids.link_id("MEMBER_OF", self.party, self.group_id, "")

    @property
    def reason_lines(self) -> str:
        """The reasons as `snapshot/control_members` gives those of earlier runs."""
        return "".join(f"{reason}\n" for reason in self.reasons)


@dataclass(frozen=True)
class FoundGroup:
    """A control group."""

    group_id: str
    name: str
    head_id: str
    size: int


@dataclass(frozen=True)
class EarlierGroups:
    """Control groups of earlier runs, by which groups keep their ids.

    parties_of: party ids by group id; parties that are gone are left out. dissolved: ids of groups that are no more;
    they are never given again.
    """

    parties_of: Mapping[str, frozenset[str]]
    dissolved: frozenset[str]


@dataclass(frozen=True)
class Earlier:
    """What runs before this one left open, by link id (with `seq_in` to close it by) and by group id."""

    links: Mapping[str, tuple[int, int]]
    members: Mapping[str, tuple[int, str, str]]
    """`seq_in`, role, reasons a line each."""
    groups: Mapping[str, tuple[str, int, str]]
    memory: EarlierGroups


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
        memory=EarlierGroups(
            parties_of={k: frozenset(v) for k, v in parties_of.items()},
            dissolved=frozenset(row[0] for row in known if not row[4]),
        ),
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


def memberships(given: RunInput, groups: Groups, group_ids: list[str], links: list[ControlLink]) -> list[Membership]:
    """All members of all groups with role and reasons; those of a party in several groups name the other heads."""
    above: dict[str, list[ControlLink]] = {}
    for link in links:
        above.setdefault(link.controlled, []).append(link)
    heads = [[given.party_ids[p] for p in groups.heads(place).tolist()] for place in range(len(groups))]
    places: dict[int, list[int]] = {}
    for place in range(len(groups)):
        for ordinal in groups.members(place).tolist():
            places.setdefault(ordinal, []).append(place)
    found = []
    for place, group_id in enumerate(group_ids):
        span = slice(int(groups.first[place]), int(groups.first[place + 1]))
        parties = frozenset(given.party_ids[p] for p in groups.party[span].tolist())
        for ordinal, code in zip(groups.party[span].tolist(), groups.role[span].tolist(), strict=True):
            party, role = given.party_ids[ordinal], ROLES[code]
            inside = next((one for one in above.get(party, ()) if one.controller in parties), None)
            others = [head for head in heads[place] if head != party]
            first = _of_head(len(parties), others, inside) if role == "head" else _of_member(inside)
            also = [(heads[other], group_ids[other]) for other in places[ordinal] if other != place]
            found.append(Membership(group_id, party, role, (first, *_of_other_groups(also))))
    return found


def _of_head(size: int, others: list[str], link: ControlLink | None) -> str:
    """others: the further heads, who with it are a couple, or where a link leads back to it a circle of control."""
    if not others:
        return f"head: controls {_parties(size - 1)} and nobody outside controls it"
    if link is None:
        return f"head: controls {_parties(size - 1 - len(others))} as one with {_some(others)}"
    return f"head: controls {_parties(size - 1)} in a circle with {_some(others)}, and nobody outside controls it"


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


def _parties(count: int) -> str:
    return "1 party" if count == 1 else f"{count:,} parties"


def _some(parties: list[str]) -> str:
    shown = [named(party) for party in parties[:MOST_NAMED]]
    more = [f"{len(parties) - MOST_NAMED:,} more"] if len(parties) > MOST_NAMED else []
    return " and ".join(shown + more)


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
