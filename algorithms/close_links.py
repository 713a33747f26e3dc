"""Close links (CRR, Regulation (EU) 575/2013, Art. 4 (1) (38)).

Two parties are closely linked by (a) *participation*: one holds 20% or more of the voting rights or of the capital of
the other, directly or by way of control; by (b) *control*; or (c) since both are controlled by the same third party.

The measure of (a) is the sum of direct holdings and of those held through controlled undertakings: what x holds in y
itself, and all that parties which x controls hold in y, whole. What y holds in itself counts for nobody, and leaves
nothing out of the denominator. It is not integrated ownership: nothing is multiplied. Exact, in parts per billion.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from algorithms.columns import IntArray, by_row, distinct, find, joined, rows_of, sum_by_key
from algorithms.control import Control
from algorithms.controlled import controlled_by
from algorithms.groups import Groups, control_groups
from algorithms.ownership_rows import TooManyPairs
from algorithms.threshold import PPB, Threshold
from algorithms.votes import Stakes, VoteTable, vote_table

AT_ONCE = 1_000_000
"""About how many pairs of controller and controlled are looked at in one pass."""

MOST = 50_000_000

SHOWN = 9 * PPB
"""Sums of dirty data are shown as at most this much."""


CAPITAL, VOTES, CONTROL = 1, 2, 4
"""Bits of `CloseLinks.by`."""


@dataclass(frozen=True, slots=True)
class CloseLinks:
    """Pairs linked by participation or control, sorted by (holder, held); shape (n_pairs,).

    holder: a party, or n_parties + k for family k where families count as one. capital, votes: parts per billion by the
    measure named above. by: what links them, the bits CAPITAL, VOTES and CONTROL.
    groups: who is linked since the same third party controls them: all parties of a control group but the head, which
    is linked to the others by control. Two parties with one controller are in one group at least.
    """

    holder: IntArray
    held: IntArray
    capital: IntArray
    votes: IntArray
    by: IntArray
    groups: Groups

    def __len__(self) -> int:
        return int(self.holder.size)


def close_links(
    owner: IntArray,
    owned: IntArray,
    share: IntArray,
    control: Control,
    threshold: Threshold | None = None,
    most: int = MOST,
) -> CloseLinks:
    """All close links.

    owner, owned, share: shape (n_stakes,), the capital; the voting rights are those that control was worked out from.
    threshold: 20% or more unless told. Raises ValueError for input out of range; TooManyPairs above `most` pairs (a
    chain of 100,000 companies has 5 billion: its group tells as much). Cost: pairs of control times the holdings of the
    controlled.
    """
    chosen = threshold or Threshold(PPB // 5, "at_least")
    limit = int(chosen.limits(np.asarray([PPB]))[0])
    capital = vote_table(Stakes(owner, owned, share), control.n_parties, control.table.n_nodes)
    tables = tuple(_ByHolder.of(table) for table in (capital, control.table))
    parts, found = [], 0
    if control.n_pairs > most:  # each of them is a close link: they need not be listed to know
        raise _too_many(most)
    for controllers, at, party in _in_passes(control):
        parts.append(_linked(controllers, at, party, tables, control, limit))
        found += parts[-1][0].size
        if found > most:
            raise _too_many(most)
    holder, held, capital_held, votes_held, by = (joined(*(part[k] for part in parts)) for k in range(5))
    return CloseLinks(holder, held, capital_held, votes_held, by, control_groups(control))


def _too_many(most: int) -> TooManyPairs:
    return TooManyPairs(f"there are more than {most:,} close links: ask for single parties, or for groups")


@dataclass(frozen=True, slots=True)
class _ByHolder:
    """A table of holdings by holder."""

    holder_first: IntArray
    company: IntArray
    held: IntArray

    @classmethod
    def of(cls, table: VoteTable) -> _ByHolder:
        return cls(*by_row(table.holder, table.company, table.votes, table.shape))

    def sums(self, holder: IntArray, holding: IntArray, n: int) -> tuple[IntArray, IntArray]:
        """What each holder has in each party through the parties whose holdings count for it: distinct keys
        holder * n + held, ascending, and parts per billion."""
        at, row = rows_of(self.holder_first, holding)
        return sum_by_key(holder[at] * np.int64(n) + self.company[row], self.held[row])


def _in_passes(control: Control) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """(controllers, position, party) of all that nodes control, in passes over all nodes in order."""
    nodes = np.arange(control.table.n_nodes)
    everybody = np.ones(nodes.size, dtype=np.bool_)
    sizes = control.structure.reach_sizes(everybody)[control.structure.lines.line]
    ends = np.cumsum(np.maximum(sizes, 1))  # each holds for itself, at the least
    start = 0
    while start < nodes.size:
        done = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + AT_ONCE, side="right")))
        yield nodes[start:stop], *controlled_by(control, nodes[start:stop])
        start = stop


def _linked(
    controllers: IntArray,
    at: IntArray,
    party: IntArray,
    tables: tuple[_ByHolder, ...],
    control: Control,
    limit: int,
) -> tuple[IntArray, IntArray, IntArray, IntArray, IntArray]:
    """(holder, held, capital, votes, by) of some controllers. at, party: what each controls."""
    n = control.table.n_nodes
    holder, holding = _holding(controllers, at, party, control)
    commanded = np.sort(controllers[at] * np.int64(n) + party)
    sums = [table.sums(holder, holding, n) for table in tables]
    keys = distinct(joined(commanded, *(key[held > limit] for key, held in sums)))
    keys = keys[keys // n != keys % n]
    capital, votes = (_at(keys, *found) for found in sums)
    by = CAPITAL * (capital > limit) + VOTES * (votes > limit) + CONTROL * find(commanded, keys)[1]
    return keys // n, keys % n, np.minimum(capital, SHOWN), np.minimum(votes, SHOWN), by


def _at(keys: IntArray, known: IntArray, held: IntArray) -> IntArray:
    place, there = find(known, keys)
    return np.where(there, held[place] if held.size else 0, 0)


def _holding(controllers: IntArray, at: IntArray, party: IntArray, control: Control) -> tuple[IntArray, IntArray]:
    """(controller, party whose holdings count for it): itself, members of a family, and all that it controls."""
    n = np.int64(control.table.n_nodes)
    itself, commanded = controllers * n + controllers, controllers[at] * n + party
    families = controllers[controllers >= control.n_parties].tolist()
    members = [node * int(n) + party for node in families for party in control.families[node - control.n_parties]]
    key = distinct(joined(itself, commanded, np.asarray(members, dtype=np.int64)))
    return key // n, key % n
