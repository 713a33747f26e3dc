"""Groups of a few parties with what the bank has lent them, by the definition: what the weakest links are held to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from algorithms.local_groups import LocalProblem


@dataclass(frozen=True)
class LentGroup:
    """A group by its parties, with what the bank has lent them together."""

    parties: frozenset[int]
    lent: int


@dataclass(frozen=True)
class Lent:
    """problem: parties and links; lent: to each party."""

    problem: LocalProblem
    lent: tuple[int, ...]

    def groups(self, without: frozenset[int] = frozenset()) -> list[LentGroup]:
        """The groups without some links, the one with most lent first."""
        found = self.problem.solve(without)
        members = [frozenset(found.members(k).tolist()) for k in range(len(found))]
        groups = [LentGroup(each, sum(self.lent[one] for one in each)) for each in members]
        return sorted(groups, key=lambda each: (-each.lent, sorted(each.parties)))

    def breach_stands(self, limit: int) -> Callable[[frozenset[int]], bool]:
        """Whether, without some links, some group still has been lent more than a limit."""
        return lambda without: any(each.lent > limit for each in self.groups(without))

    def group_stands(self, parties: Sequence[int]) -> Callable[[frozenset[int]], bool]:
        """Whether, without some links, these parties are still together in one group."""
        together = frozenset(parties)
        return lambda without: any(together <= each.parties for each in self.groups(without))
