"""A few parties with their links and exposures, small enough to work their groups out anew for every link rebutted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from algorithms.columns import BoolArray, IntArray
from algorithms.connected import ConnectedGroups, connected_groups
from algorithms.connections import ConnectRule, Dependence, Parties
from algorithms.control import control
from algorithms.kin import Kin
from algorithms.votes import Bases, ControlRule, Stakes


@dataclass(frozen=True, slots=True)
class LocalGroup:
    """A group by its parties, with what the bank has lent them together, in minor units."""

    parties: frozenset[int]
    exposure_minor: int


@dataclass(frozen=True, slots=True)
class LocalProblem:
    """Parties 0..n-1, all links between them, and their exposures in whole minor units (0 where there is none).

    The links are numbered: the stakes in their order, then the bases, then the dependence links. A group of connected
    clients is whole in it when it holds the parties of all groups that share a member with that group.
    """

    stakes: Stakes
    dependence: Dependence
    parties: Parties
    exposure_minor: tuple[int, ...]
    rule: ConnectRule = field(default_factory=ConnectRule)
    control_rule: ControlRule = field(default_factory=ControlRule)
    bases: Bases = field(default_factory=Bases)
    families: tuple[tuple[int, ...], ...] = ()
    kin: Kin | None = None

    @property
    def links(self) -> range:
        """The numbers of all links."""
        return range(self.stakes.owner.size + self.bases.controller.size + self.dependence.dependent.size)

    @property
    def dependence_links(self) -> range:
        """The numbers of the dependence links."""
        return self.links[self.stakes.owner.size + self.bases.controller.size :]

    def groups(self, without: frozenset[int] = frozenset(), potential: bool = False) -> tuple[LocalGroup, ...]:
        """The groups when some links are rebutted, the largest exposure first."""
        found = self.solve(without, potential)
        members = [frozenset(found.members(k).tolist()) for k in range(len(found))]
        groups = [LocalGroup(each, sum(self.exposure_minor[one] for one in each)) for each in members]
        return tuple(sorted(groups, key=lambda each: (-each.exposure_minor, sorted(each.parties))))

    def solve(self, without: frozenset[int] = frozenset(), potential: bool = False) -> ConnectedGroups:
        """The same with heads and roles. Firm groups, unless potential ones are asked for."""
        kept = np.ones(len(self.links), dtype=np.bool_)
        kept[sorted(without)] = False
        held, declared, needed = np.split(kept, np.cumsum((self.stakes.owner.size, self.bases.controller.size)))
        stakes, bases, dependence = self.stakes, self.bases, self.dependence
        settled = control(
            Stakes(
                stakes.owner[held],
                stakes.owned[held],
                stakes.votes[held],
                _rows(stakes.votes_min, held),
                _rows(stakes.votes_max, held),
            ),
            len(self.exposure_minor),
            self.control_rule,
            Bases(bases.controller[declared], bases.controlled[declared], bases.basis[declared], bases.names),
            self.families,
        )
        links = Dependence(dependence.dependent[needed], dependence.provider[needed], dependence.firm[needed])
        found = connected_groups(settled, links, self.parties, self.rule, self.kin)
        return found.potential if potential else found.firm

    def breach_stands(self, limit_minor: int, potential: bool = False) -> Callable[[frozenset[int]], bool]:
        """Whether, without some links, some group still has more exposure than a limit."""
        return lambda without: any(each.exposure_minor > limit_minor for each in self.groups(without, potential))

    def group_stands(self, parties: Sequence[int], potential: bool = False) -> Callable[[frozenset[int]], bool]:
        """Whether, without some links, these parties are still together in one group."""
        together = frozenset(parties)
        return lambda without: any(together <= each.parties for each in self.groups(without, potential))


def _rows(column: IntArray | None, kept: BoolArray) -> IntArray | None:
    return None if column is None else column[kept]
