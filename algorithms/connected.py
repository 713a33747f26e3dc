"""Groups of connected clients: what stands and falls together (DOMAIN.md 4).

A control group is a head and all it controls. A party that depends on a member joins with all that it controls, its
controller only if it depends on a member too; repeated until nothing joins. So a group is what its head reaches along
`algorithms.connections`; groups may overlap, and those inside another are dropped: what remains are
exactly the sets reached from the arcs' source components (strongly connected, entered by no arc). It is neither a
weakly connected component nor a partition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.columns import BoolArray, IntArray, find, offsets, starts_of
from algorithms.connections import Arcs, ConnectRule, Dependence, Parties, connecting_arcs
from algorithms.control import Control
from algorithms.failing import Failing, failing, upstream
from algorithms.kin import Kin

HEAD, MEMBER, CONNECTOR = 0, 1, 2
ROLES = ("head", "member", "connector")
FIRM, POTENTIAL = 0, 1
STATUSES = ("firm", "potential")

MOST_MEMBERSHIPS = 10_000_000
"""So many memberships of groups held together by more than control are worked out at most."""


@dataclass(frozen=True, slots=True)
class ConnectedGroups:
    """Groups of parties, which may overlap; as `algorithms.groups.Groups`, with connectors.

    first: CSR offsets, shape (n_groups + 1,). party, role, is_head, status: shape (n_memberships,), ascending by party
    within a group. role: index into `ROLES`; a party without exposure from which some party with exposure hangs is a
    connector, also where it is a head. is_head: whether nothing outside controls it and all others hang from it.
    status: index into `STATUSES`: whether confirmed links alone tie the party to the head.
    family: shape (n_groups,), a family that is the head, or -1. counted: shape (n_groups,), parties with exposure.
    left_out: the lowest head of each group that was not worked out, because there were too many memberships.
    Groups come in the order of the lowest ordinal among their heads.
    """

    first: IntArray
    party: IntArray
    role: IntArray
    is_head: BoolArray
    status: IntArray
    family: IntArray
    counted: IntArray
    left_out: IntArray

    def __len__(self) -> int:
        return int(self.first.size - 1)

    def span(self, group: int) -> slice:
        """The memberships of one group."""
        return slice(int(self.first[group]), int(self.first[group + 1]))

    def members(self, group: int) -> IntArray:
        """The parties of one group, ascending, connectors included."""
        return self.party[self.span(group)]

    def heads(self, group: int) -> IntArray:
        """The heads of one group."""
        heads: IntArray = self.party[self.span(group)][self.is_head[self.span(group)]]
        return heads

    @property
    def stopped(self) -> str:
        """Why groups were left out, in words for people; empty where none were."""
        if not self.left_out.size:
            return ""
        return (
            f"groups not worked out, for those held together by more than control have more memberships than the set "
            f"limit: {self.left_out.size:,}"
        )


@dataclass(frozen=True, slots=True)
class Connected:
    """Firm groups (confirmed links only) and potential groups (flagged links too), side by side (example 4.5).

    core: shape (n_potential,), the largest firm group with the same head (its lowest of equals), or -1: whose exposure
    stands beside that of the potential group, and whose parties are firm in it. arcs: what connects.
    """

    firm: ConnectedGroups
    potential: ConnectedGroups
    core: IntArray
    arcs: Arcs


def connected_groups(
    control: Control,
    dependence: Dependence,
    parties: Parties,
    rule: ConnectRule | None = None,
    kin: Kin | None = None,
    most_memberships: int = MOST_MEMBERSHIPS,
) -> Connected:
    """The groups of connected clients under one rule set.

    Votes of parties that are connected by dependence are never summed: control is by one controller.
    most_memberships: memberships of groups held together by more than control; past it groups are `left_out`.
    Raises ValueError for columns of other lengths, ordinals out of range, and a limit below 1.
    Cost: linear in parties, links and memberships.
    """
    if most_memberships < 1:
        raise ValueError(f"most_memberships is 1 or more, not {most_memberships}")
    arcs = connecting_arcs(control, dependence, parties, rule or ConnectRule(), kin)
    potential = failing(arcs, control, most_memberships)
    firm = potential if bool(arcs.firm.all()) else failing(arcs.firmly(), control, most_memberships)
    firm_groups = _as_groups(firm, control, parties.has_exposure)
    if firm is potential:
        return Connected(firm_groups, firm_groups, np.arange(len(firm_groups)), arcs)
    groups = _as_groups(potential, control, parties.has_exposure)
    core = _core(firm, potential)
    group = np.repeat(np.arange(len(groups)), np.diff(groups.first))
    width = np.int64(control.n_parties)
    known = np.repeat(np.arange(len(firm_groups)), np.diff(firm_groups.first)) * width + firm_groups.party
    tied = find(known, core[group] * width + groups.party)[1]
    status = np.where(tied & (core[group] >= 0), FIRM, POTENTIAL)
    columns = (groups.first, groups.party, groups.role, groups.is_head)
    return Connected(
        firm_groups, ConnectedGroups(*columns, status, groups.family, groups.counted, groups.left_out), core, arcs
    )


def _as_groups(found: Failing, control: Control, has_exposure: BoolArray) -> ConnectedGroups:
    """Sorted memberships with roles."""
    connector = ~has_exposure & _holds_others(found.arcs, control, has_exposure)
    first = offsets(found.group, found.n_groups)
    role = np.where(found.is_head, HEAD, MEMBER)
    role[connector[found.party]] = CONNECTOR
    return ConnectedGroups(
        first=first,
        party=found.party,
        role=role,
        is_head=found.is_head,
        status=np.full(found.party.size, FIRM),
        family=found.family,
        counted=np.bincount(found.group[has_exposure[found.party]], minlength=found.n_groups),
        left_out=found.left_out,
    )


def _holds_others(arcs: Arcs, control: Control, has_exposure: BoolArray) -> BoolArray:
    """The parties from which some other party with exposure hangs, or which have some themselves."""
    n = control.n_parties
    exposed = np.zeros(arcs.n_nodes, dtype=np.bool_)
    exposed[:n] = has_exposure
    holds = upstream(arcs.source, arcs.target, exposed)
    out = holds[:n].copy()
    copies = np.flatnonzero(holds[control.table.n_nodes :]) + control.table.n_nodes
    out[arcs.party_of[copies]] = True
    for k, members in enumerate(control.families):
        if holds[n + k]:
            out[list(members)] = True
    return out


def _core(firm: Failing, potential: Failing) -> IntArray:
    """For each potential group the largest firm group headed by one of its head's nodes, or -1."""
    of_node = np.full(firm.arcs.n_nodes, -1, dtype=np.int64)
    of_node[firm.head_node] = firm.head_group
    candidate = of_node[potential.head_node]
    group, candidate = potential.head_group[candidate >= 0], candidate[candidate >= 0]
    out = np.full(potential.n_groups, -1, dtype=np.int64)
    if not candidate.size:
        return out
    size = np.bincount(firm.group, minlength=firm.n_groups)
    order = np.lexsort((candidate, -size[candidate], group))
    best = order[starts_of(group[order])]
    out[group[best]] = candidate[best]
    return out
