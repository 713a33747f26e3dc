"""How control of one company comes about: few holdings that suffice, each held by what was derived before."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush

import numpy as np

from algorithms.columns import IntArray, order_by
from algorithms.control import Control


@dataclass(frozen=True, slots=True)
class Holding:
    """Votes of one holder in one company, parts per billion, summed over its stakes there."""

    holder: int
    votes: int


@dataclass(frozen=True, slots=True)
class Derived:
    """A company controlled by means of holdings that suffice together, or of one declared basis.

    basis: its row in `Control.bases`, or -1. own_votes: own shares of the company that left the denominator.
    """

    company: int
    holdings: tuple[Holding, ...]
    basis: int
    own_votes: int

    @property
    def n_links(self) -> int:
        """How many links it takes."""
        return len(self.holdings) if self.basis < 0 else 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One holder of a company, as its test weighs it; a declared basis has no votes and suffices alone."""

    holder: int
    weight: int
    votes: int
    basis: int


@dataclass(frozen=True)
class Derivations:
    """Derives single cases of a settled control."""

    control: Control

    @cached_property
    def _bases(self) -> tuple[IntArray, IntArray]:
        """The rows of the declared bases by controlled party, and these parties, ascending."""
        order = order_by(self.control.bases.controlled)
        return order, self.control.bases.controlled[order]

    def entries(self, company: int) -> Iterator[Entry]:
        """All holders of a company other than itself, and all who control it by a declared basis."""
        table, tests = self.control.table, self.control.structure.tests
        rows = slice(int(table.first[company]), int(table.first[company + 1]))
        columns = (table.holder[rows], tests.weight[rows], table.votes[rows])
        for holder, weight, votes in zip(*(column.tolist() for column in columns), strict=True):
            yield Entry(holder, weight, votes, -1)
        order, controlled = self._bases
        start, end = np.searchsorted(controlled, (company, company + 1))
        for row in order[start:end].tolist():
            yield Entry(int(self.control.bases.controller[row]), 0, 0, row)

    def limit(self, company: int) -> int:
        """What the weights of a company's holders must be above."""
        return int(self.control.structure.tests.limit[company])

    def alone(self, holder: int, company: int) -> Derived | None:
        """How one party controls a company by its own votes or else by a declared basis, if it does."""
        for entry in self.entries(company):
            if entry.holder == holder and (found := self._suffices(company, [entry], entry)) is not None:
                return found
        return None

    def derive(self, seeds: Collection[int], target: int, controller: int | None = None) -> tuple[Derived, ...]:
        """The companies to be derived from the seeds, one after the other, so that the target is controlled.

        seeds: the parties that count as the controller. controller: a node that controls the target, by which the
        search is kept to what it controls. Holdings are the fewest that suffice among what was derived before.
        Raises ValueError where the seeds do not control the target. Cost: the holdings above the target.
        """
        holders = self._upwards(set(seeds), target, controller)
        below: dict[int, list[tuple[int, Entry]]] = {}
        for company, entries in holders.items():
            for entry in entries:
                below.setdefault(entry.holder, []).append((company, entry))
        cost: dict[int, int] = {}
        best: dict[int, tuple[int, Derived | None]] = dict.fromkeys(seeds, (0, None))
        got: dict[int, list[Entry]] = {}
        heap = [(0, seed) for seed in sorted(seeds)]
        while heap and target not in cost:
            at, node = heappop(heap)
            if node in cost:
                continue
            cost[node] = at
            for company, entry in below.get(node, ()):
                if company in cost:
                    continue
                got.setdefault(company, []).append(entry)
                found = self._suffices(company, got[company], entry)
                if found is None:
                    continue
                holding = [entry.holder] if found.basis >= 0 else [one.holder for one in found.holdings]
                total = found.n_links + sum(cost[holder] for holder in holding)
                if company not in best or total < best[company][0]:
                    best[company] = (total, found)
                    heappush(heap, (total, company))
        if target not in cost:
            raise ValueError(f"the parties {sorted(seeds)} do not control party {target}")
        return self._needed(best, target)

    def fewest(self, company: int, holders: Collection[int]) -> int:
        """How many links into a company it takes at least, from these holders."""
        entries = [entry for entry in self.entries(company) if entry.holder in holders]
        if any(entry.basis >= 0 for entry in entries):
            return 1
        return max(len(_fewest(entries, self.limit(company))), 1)

    def _suffices(self, company: int, got: list[Entry], latest: Entry) -> Derived | None:
        if latest.basis >= 0:
            return Derived(company, (), latest.basis, 0)
        entries = [entry for entry in got if entry.basis < 0]
        if sum(entry.weight for entry in entries) <= self.limit(company):
            return None
        chosen = _fewest(entries, self.limit(company))
        return Derived(company, tuple(Holding(e.holder, e.votes) for e in chosen), -1, self._own(company))

    def _own(self, company: int) -> int:
        """The votes of a company that it or what it controls holds, where these leave the denominator."""
        if self.control.rule.own_shares == "ignore":
            return 0
        table = self.control.table
        rows = slice(int(table.first[company]), int(table.first[company + 1]))
        below = self.control.structure.subsidiary[rows]
        return int(table.own[company]) + int(table.votes[rows][below].sum())

    def _upwards(self, seeds: set[int], target: int, controller: int | None) -> dict[int, list[Entry]]:
        """Each company from which the target may be reached, with its holders that count."""
        out: dict[int, list[Entry]] = {}
        todo = [target]
        while todo:
            company = todo.pop()
            if company in out or company in seeds:
                continue
            entries = list(self.entries(company))
            if controller is not None and entries:
                nodes = np.asarray([entry.holder for entry in entries])
                inside = self.control.structure.controls(np.full(nodes.size, controller), nodes).tolist()
                entries = [e for e, there in zip(entries, inside, strict=True) if there or e.holder in seeds]
            out[company] = entries
            todo.extend(entry.holder for entry in entries)
        return out

    def _needed(self, best: dict[int, tuple[int, Derived | None]], target: int) -> tuple[Derived, ...]:
        """The target and all that it needs, what is needed first."""
        chosen: dict[int, Derived] = {}
        todo = [target]
        while todo:
            derived = best[todo.pop()][1]
            if derived is None or derived.company in chosen:
                continue
            chosen[derived.company] = derived
            if derived.basis >= 0:
                todo.append(int(self.control.bases.controller[derived.basis]))
            todo.extend(holding.holder for holding in derived.holdings)
        return tuple(sorted(chosen.values(), key=lambda each: (best[each.company][0], each.company)))


def _fewest(entries: list[Entry], limit: int) -> list[Entry]:
    """The fewest entries whose weights pass a limit, the heaviest first; all where they do not."""
    chosen, total = [], 0
    for entry in sorted(entries, key=lambda each: (-each.weight, each.holder)):
        chosen.append(entry)
        total += entry.weight
        if total > limit:
            break
    return chosen
