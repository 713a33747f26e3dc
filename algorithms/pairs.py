"""Pairs of controller and controlled, each with its votes, its basis and its round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.columns import BoolArray, IntArray, find, joined, offsets, order_by, rows_of, sums
from algorithms.settle import Structure
from algorithms.threshold import PPB
from algorithms.votes import Bases, ControlRule, VoteTable

DIRECT, JOINT, INDIRECT = 0, 1, 2
BASES = ("direct", "joint", "indirect")

ROWS_AT_ONCE = 2**18
"""Holdings looked at in one pass, few enough to stay in the processor's cache."""

_MANY = 2 * PPB
"""Votes are clipped here before they are compared: any more would pass every test, and products leave int64."""

_SHOWN = 9 * PPB
"""Votes above this are shown as this much."""


@dataclass(frozen=True, slots=True)
class ControlPairs:
    """Pairs sorted by (controller, controlled). All arrays have the shape (n,).

    controller: a party ordinal, or n_parties + k for family k. controlled: a party ordinal.
    votes: parts per billion held by the controller and by all it controls, under the rule for own shares.
    basis: index into `basis_names`: direct (the controller's own votes suffice), joint (its own and those of what it
    controls), indirect (only through what it controls), then the declared bases.
    round: after how many rounds a fixpoint that adds all at once finds the pair; 1 needs nothing but the controller.
    total: how many pairs there are; more than `controller.size` when the list was capped.
    """

    controller: IntArray
    controlled: IntArray
    votes: IntArray
    basis: IntArray
    round: IntArray
    basis_names: tuple[str, ...]
    total: int

    @property
    def capped(self) -> bool:
        """Whether pairs were left out."""
        return self.total > self.controller.size

    def __len__(self) -> int:
        return int(self.controller.size)


@dataclass(frozen=True, slots=True)
class ImmediateControl:
    """Links of control with nobody in between, sorted by (controller, controlled); columns as in `ControlPairs`."""

    controller: IntArray
    controlled: IntArray
    votes: IntArray
    basis: IntArray
    basis_names: tuple[str, ...]

    def __len__(self) -> int:
        return int(self.controller.size)


@dataclass(frozen=True, slots=True)
class Gap:
    """How near a controller is to a company that it does not control (`short` 0 or less: it does, by votes).

    All in parts per billion of the same votes: own shares of the company left out where the rule says so. votes: held
    by it and by all it controls. needed: what must be passed (`more_than`) or reached (`at_least`). undisclosed: what
    nobody is known to hold. Rounded; `closes` is exact: whether it would control with all that is undisclosed.
    Examples 1.4b: votes .45, needed .5, short .05, undisclosed .25.
    """

    votes: int
    needed: int
    short: int
    undisclosed: int
    closes: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes of pairs in parts per billion, all of the shape (n_pairs,).

    own: held by the controller itself. plain: with all that it controls, of `whole`; what subsidiaries of the company
    hold in it is left out of both. full: these too where the controller controls them, of `rest`.
    """

    own: IntArray
    plain: IntArray
    whole: IntArray
    full: IntArray
    rest: IntArray


@dataclass(frozen=True, slots=True)
class Describer:
    """Works out votes and basis of settled pairs.

    family, member: shape (n_memberships,): the nodes of families and the parties that count as one in them.
    """

    table: VoteTable
    rule: ControlRule
    structure: Structure
    bases: Bases
    family: IntArray
    member: IntArray

    def describe(self, controller: IntArray, controlled: IntArray) -> tuple[IntArray, IntArray]:
        """(votes, basis) of pairs in which control is settled, both of the shape (n_pairs,).

        What subsidiaries of the controlled hold in it is left out, unless the controller needs it (in cycles).
        """
        rows = np.cumsum(self.table.first[controlled + 1] - self.table.first[controlled])
        parts, start = [], 0
        while start < controller.size:
            done = int(rows[start - 1]) if start else 0
            end = max(start + 1, int(np.searchsorted(rows, done + ROWS_AT_ONCE, side="right")))
            parts.append(self._describe(controller[start:end], controlled[start:end]))
            start = end
        return joined(*(votes for votes, _ in parts)), joined(*(basis for _, basis in parts))

    def _describe(self, controller: IntArray, controlled: IntArray) -> tuple[IntArray, IntArray]:
        tally = self.tally(controller, controlled)
        plainly, needed = self._passes(tally.plain, tally.whole), self._passes(tally.full, tally.rest)
        use_full = ~plainly & needed
        votes = _ratio(np.where(use_full, tally.full, tally.plain), np.where(use_full, tally.rest, tally.whole))
        basis = np.where((tally.own > 0) & (plainly | needed), JOINT, INDIRECT)
        basis = self._declared(controller, controlled, basis)
        return votes, np.where(self._passes(tally.own, tally.whole), DIRECT, basis)

    def tally(self, controller: IntArray, controlled: IntArray) -> Tally:
        """The votes of pairs, and what they are held against."""
        n = controller.size
        pair, row = rows_of(self.table.first, controlled)
        held, holder = self.table.votes[row], self.table.holder[row]
        mine = self._is_own(controller[pair], holder)
        reached = mine | self.structure.controls(controller[pair], holder)
        left_out = self.structure.subsidiary[row] & ~mine
        counted, idle = reached & ~left_out, left_out & ~reached
        return Tally(
            own=sums(pair[mine], held[mine], n),
            plain=sums(pair[counted], held[counted], n),
            whole=self._denominator(controlled, sums(pair[left_out], held[left_out], n)),
            full=sums(pair[reached], held[reached], n),
            rest=self._denominator(controlled, sums(pair[idle], held[idle], n)),
        )

    def gap(self, controller: int, company: int) -> Gap:
        """How far a controller's votes in a company are from control, and whether the undisclosed would close it."""
        tally = self.tally(np.asarray([controller]), np.asarray([company]))
        undisclosed = np.maximum(PPB - self.table.total[[company]], 0)
        plainly, needed = (
            self._passes(votes, whole) | ((undisclosed > 0) & self._passes(votes + undisclosed, whole))
            for votes, whole in ((tally.plain, tally.whole), (tally.full, tally.rest))
        )
        use_full = ~plainly & needed
        whole = np.where(use_full, tally.rest, tally.whole)
        votes, open_votes = (
            int(_ratio(each, whole)[0]) for each in (np.where(use_full, tally.full, tally.plain), undisclosed)
        )
        threshold = self.rule.threshold.ppb
        closes = bool(undisclosed[0] > 0 and (plainly | needed)[0])
        return Gap(votes, threshold, threshold - votes, open_votes, closes)

    def _denominator(self, company: IntArray, idle: IntArray) -> IntArray:
        if self.rule.own_shares == "ignore":
            return np.full(company.size, PPB, dtype=np.int64)
        left: IntArray = np.clip(PPB - self.table.own[company] - idle, 0, PPB)
        return left

    def _passes(self, votes: IntArray, denominator: IntArray) -> BoolArray:
        passed: BoolArray = np.minimum(votes, _MANY) > self.rule.threshold.limits(denominator)
        return passed

    def _is_own(self, controller: IntArray, holder: IntArray) -> BoolArray:
        """Whether each holder is the controller itself, or a member of the family that it is."""
        own: BoolArray = controller == holder
        if self.family.size:
            width = np.int64(self.table.n_nodes)
            own |= np.isin(controller * width + holder, self.family * width + self.member)
        return own

    def _declared(self, controller: IntArray, controlled: IntArray, basis: IntArray) -> IntArray:
        """The basis of each pair, replaced by the first basis declared from the controller or its members."""
        if not self.bases.controller.size:
            return basis
        width = np.int64(self.table.n_nodes)
        order = order_by(self.member)
        first = offsets(self.member[order], self.table.n_nodes)
        link, row = rows_of(first, self.bases.controller)
        source = np.concatenate((self.bases.controller, self.family[order][row]))
        target = np.concatenate((self.bases.controlled, self.bases.controlled[link]))
        code = np.concatenate((self.bases.basis, self.bases.basis[link])) + len(BASES)
        order = np.lexsort((code, source * width + target))
        key = (source * width + target)[order]
        wanted = controller * width + controlled
        at, there = find(key, wanted)
        return np.where(there, code[order][at], basis)


def _ratio(votes: IntArray, denominator: IntArray) -> IntArray:
    """votes / denominator in parts per billion, rounded; the votes themselves where nothing is left to divide by."""
    votes = np.minimum(votes, _SHOWN)
    below = np.maximum(denominator, 1)
    quotient, rest = np.divmod(votes, below)
    shown: IntArray = np.minimum(quotient, 9) * PPB + (rest * PPB + below // 2) // below
    return np.where(denominator > 0, np.minimum(shown, _SHOWN), votes)
