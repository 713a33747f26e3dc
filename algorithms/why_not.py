"""Why two parties are not one group though they are near: what is missing for each link that might join them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from algorithms.columns import IntArray
from algorithms.connected import Connected, ConnectedGroups
from algorithms.connections import ConnectRule, Dependence, Parties
from algorithms.control import Control
from algorithms.pairs import Gap
from algorithms.votes import check_ordinals

_MOST_HEADS = 5
"""So many heads above each of the two are looked at."""

MissKind = Literal[
    "votes",
    "one_way",
    "flagged_only",
    "sovereign",
    "bank_rule",
    "reporting_bank",
    "dependence_off",
    "separate_groups",
]


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing that is nearly there, or that keeps two parties apart.

    votes: parties (holder, company), gap. one_way: parties (controller, dependent), dependence: links by which the
    dependent is in the other's group, on a member of which its controller depends not. flagged_only: groups (the
    potential group that holds both). sovereign: parties (the exempt sovereign above both). bank_rule, dependence_off:
    dependence (links between the two that the rule does not count). reporting_bank: parties (the reporting
    bank), dependence (links of both on it). separate_groups: groups (firm, each holding one of the two), parties
    (those that both hold).
    """

    kind: MissKind
    parties: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    dependence: tuple[int, ...] = ()
    gap: Gap | None = None


def why_not(
    control: Control,
    dependence: Dependence,
    parties: Parties,
    rule: ConnectRule,
    connected: Connected,
    a: int,
    b: int,
) -> tuple[Miss, ...]:
    """What keeps two parties from being in one firm group; empty when they are in one, or nothing is near.

    Raises ValueError when a or b is not a party, or both are one. Cost: the groups of both, and the dependence links.
    """
    check_ordinals("a and b", np.asarray([a, b]), control.n_parties)
    if a == b:
        raise ValueError(f"a and b are the same party, {a}")
    if _common(connected.firm, a, b).size:
        return ()
    case = _Pair(control, dependence, parties, rule, connected, a, b)
    return (
        *case.votes(),
        *case.one_way(),
        *case.flagged_only(),
        *case.sovereign(),
        *case.uncounted(),
        *case.separate_groups(),
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    control: Control
    dependence: Dependence
    parties: Parties
    rule: ConnectRule
    connected: Connected
    a: int
    b: int

    def votes(self) -> Iterator[Miss]:
        """Some votes, but not enough: of one or the heads of its groups in the other or those of its groups."""
        tops = [(party, *self._heads(party)) for party in (self.a, self.b)]
        ways = [(one, other) for one in tops[0] for other in tops[1] if one != other]
        for holder, company in dict.fromkeys((*ways, *((other, one) for one, other in ways))):
            gap = self.control.gap(holder, company)
            if gap.votes > 0 and not self.control.controls(holder, company):
                yield Miss("votes", (holder, company), gap=gap)

    def one_way(self) -> Iterator[Miss]:
        """One controls a party that depends on a member of the other's group, but does not depend on one itself."""
        dependent, provider = self.dependence.dependent, self.dependence.provider
        counted = self._counted_rows()
        for controller, other in ((self.a, self.b), (self.b, self.a)):
            inside = np.zeros(self.control.n_parties, dtype=np.bool_)
            inside[companions(self.connected.potential, other)] = True
            if inside[controller]:
                continue
            rows = counted[inside[dependent[counted]] & inside[provider[counted]]]
            above = self.control.structure.controls(np.full(rows.size, controller), dependent[rows])
            rows = rows[above]
            for one in np.unique(dependent[rows]).tolist():
                if one != controller:
                    yield Miss("one_way", (controller, one), dependence=_tuple(rows[dependent[rows] == one]))

    def flagged_only(self) -> Iterator[Miss]:
        """Together in a potential group."""
        for group in _common(self.connected.potential, self.a, self.b).tolist():
            yield Miss("flagged_only", groups=(group,))

    def sovereign(self) -> Iterator[Miss]:
        """One exempt sovereign controls both, or is one of them and controls the other."""
        if self.rule.sovereign == "connects":
            return
        for one in np.flatnonzero(self.parties.sovereign).tolist():
            if all(one == party or self.control.controls(one, party) for party in (self.a, self.b)):
                yield Miss("sovereign", (one,))

    def uncounted(self) -> Iterator[Miss]:
        """Dependence that the rule does not count: at all, of or on a bank, on the reporting bank."""
        dependent, provider = self.dependence.dependent, self.dependence.provider
        both = np.asarray([self.a, self.b])
        between = np.isin(dependent, both) & np.isin(provider, both) & (dependent != provider)
        bank = self.parties.bank[dependent] | self.parties.bank[provider]
        if not self.rule.dependence and between.any():
            yield Miss("dependence_off", dependence=_tuple(np.flatnonzero(between)))
        elif not self.rule.banks_depend and (between & bank).any():
            yield Miss("bank_rule", dependence=_tuple(np.flatnonzero(between & bank)))
        for lender in self.parties.reporting_banks:
            lent = np.isin(dependent, both) & (provider == lender)
            if np.unique(dependent[lent]).size == both.size:
                yield Miss("reporting_bank", (lender,), dependence=_tuple(np.flatnonzero(lent)))

    def separate_groups(self) -> Iterator[Miss]:
        """Firm groups of each that share members."""
        firm = self.connected.firm
        for one in _groups_of(firm, self.a).tolist():
            for two in _groups_of(firm, self.b).tolist():
                shared = np.intersect1d(firm.members(one), firm.members(two), assume_unique=True)
                if shared.size:
                    yield Miss("separate_groups", _tuple(shared), (one, two))

    def _heads(self, party: int) -> list[int]:
        """The heads of the firm groups that hold a party, up to a few."""
        firm = self.connected.firm
        heads = [head for group in _groups_of(firm, party).tolist() for head in firm.heads(group).tolist()]
        return heads[:_MOST_HEADS]

    def _counted_rows(self) -> IntArray:
        rows = self.connected.arcs.row
        return np.unique(rows[rows >= 0])


def _groups_of(groups: ConnectedGroups, party: int) -> IntArray:
    return np.searchsorted(groups.first, np.flatnonzero(groups.party == party), side="right") - 1


def _common(groups: ConnectedGroups, a: int, b: int) -> IntArray:
    return np.intersect1d(_groups_of(groups, a), _groups_of(groups, b), assume_unique=True)


def companions(groups: ConnectedGroups, party: int) -> IntArray:
    """All parties of the groups that hold a party, itself included."""
    found = [groups.members(group) for group in _groups_of(groups, party).tolist()]
    return np.unique(np.concatenate([np.asarray([party]), *found]))


def _tuple(values: IntArray) -> tuple[int, ...]:
    return tuple(values.tolist())
