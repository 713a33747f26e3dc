"""Control groups: a head and all it controls (DOMAIN.md 1 and 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.columns import IntArray, offsets
from algorithms.control import Control

HEAD, MEMBER = 0, 1
ROLES = ("head", "member")


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of parties, which may overlap.

    first: CSR offsets, shape (n_groups + 1,). party: shape (n_memberships,), ascending within a group.
    role: index into `ROLES` (head, member; a party that merely holds others together gets its own role when groups of
    connected clients need it). Group k has the parties party[first[k]:first[k + 1]]. Groups come in the
    order of the lowest ordinal among their heads. family: shape (n_groups,), the family that is the head, or -1.
    """

    first: IntArray
    party: IntArray
    role: IntArray
    family: IntArray

    def __len__(self) -> int:
        return int(self.first.size - 1)

    def members(self, group: int) -> IntArray:
        """The parties of one group, ascending."""
        return self.party[self.first[group] : self.first[group + 1]]

    def heads(self, group: int) -> IntArray:
        """The head of one group: a party, the members of a family, or all parties of a control cycle."""
        span = slice(int(self.first[group]), int(self.first[group + 1]))
        heads: IntArray = self.party[span][self.role[span] == HEAD]
        return heads

    @property
    def first_heads(self) -> IntArray:
        """The lowest head of each group, shape (n_groups,)."""
        rows = np.flatnonzero(self.role == HEAD)
        return self.party[rows[np.searchsorted(rows, self.first[:-1])]]


def control_groups(control: Control) -> Groups:
    """The groups of a settled control: each head with all that it controls.

    A head is a party, a family that counts as one, or a control cycle that no other party controls, and that
    controls somebody. So a party alone is no group, and no control group lies inside another. A party with two
    heads is in both groups. Cost: the memberships.
    """
    lines, n = control.structure.lines, control.n_parties
    heads = control.structure.heads()
    node = lines.members[lines.member_first[heads]]
    family = np.where(node >= n, node - n, -1)
    group, party = control.structure.reach(heads)
    is_head = lines.line[party] == heads[group]
    is_head |= control.in_family(node[group], party)
    group, party, is_head = (column[party < n] for column in (group, party, is_head))
    leaders, size = np.bincount(group[is_head], minlength=heads.size), np.bincount(group, minlength=heads.size)
    real = (size > leaders) | ((family < 0) & (leaders > 1))
    first_head = np.full(heads.size, n, dtype=np.int64)
    np.minimum.at(first_head, group[is_head], party[is_head])
    ranked = np.lexsort((family, first_head))
    rank = np.empty(heads.size, dtype=np.int64)
    rank[ranked] = np.cumsum(real[ranked]) - 1
    rows = np.flatnonzero(real[group])
    rows = rows[np.lexsort((party[rows], rank[group[rows]]))]
    return Groups(
        first=offsets(rank[group[rows]], int(real.sum())),
        party=party[rows],
        role=np.where(is_head[rows], HEAD, MEMBER),
        family=family[ranked][real[ranked]],
    )
