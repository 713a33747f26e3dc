"""A few parties with their links, small enough to work their groups out anew for every link rebutted."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from algorithms.columns import BoolArray, IntArray
from algorithms.connected import ConnectedGroups, connected_groups
from algorithms.connections import ConnectRule, Dependence, Parties
from algorithms.control import control
from algorithms.kin import Kin
from algorithms.votes import Bases, ControlRule, Stakes


@dataclass(frozen=True, slots=True)
class LocalProblem:
    """Parties 0..n-1 and all links between them.

    The links are numbered: the stakes in their order, then the bases, then the dependence links. A group of connected
    clients is whole in it when it holds the parties of all groups that share a member with that group.
    """

    stakes: Stakes
    dependence: Dependence
    parties: Parties
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

    def solve(self, without: frozenset[int] = frozenset(), potential: bool = False) -> ConnectedGroups:
        """The groups when some links are rebutted, with heads and roles; firm ones, unless `potential`."""
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
            self.parties.has_exposure.size,
            self.control_rule,
            Bases(bases.controller[declared], bases.controlled[declared], bases.basis[declared], bases.names),
            self.families,
        )
        links = Dependence(dependence.dependent[needed], dependence.provider[needed], dependence.firm[needed])
        found = connected_groups(settled, links, self.parties, self.rule, self.kin)
        return found.potential if potential else found.firm


def _rows(column: IntArray | None, kept: BoolArray) -> IntArray | None:
    return None if column is None else column[kept]
