"""Holdings made ready for integrated ownership: own shares apart, closed sets cut off."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from algorithms.columns import BoolArray, IntArray, distinct, rows_of
from algorithms.ownership_closed import closed_parties
from algorithms.threshold import PPB
from algorithms.votes import Stakes, VoteTable, vote_table

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Shareholdings:
    """Shares by pair, exactly, and what is wrong with them.

    table: shape (n_pairs,) columns sorted by (company, holder), in parts per billion; own shares stand apart in it.
    stakes: how many rows told holders of each party, shape (n,). above_one: parties whose declared holdings sum above
    1 (allowing one part per billion a stake). closed: parties wholly owned within a set of their own. Both shape (n,).
    unknown: rows without a figure, which were left out.
    """

    table: VoteTable
    stakes: IntArray
    above_one: BoolArray
    closed: BoolArray
    unknown: int

    @cached_property
    def stopped(self) -> BoolArray:
        """The parties whose own owners are not computed, shape (n,): nothing is followed upwards through them."""
        return self.above_one | self.closed

    def upwards(self, party: int) -> IntArray:
        """The party and all owners that can be reached from it, ascending. Nothing is passed that is stopped."""
        seen = np.zeros(self.table.n_nodes, dtype=np.bool_)
        new = np.asarray([party])
        while new.size:
            seen[new] = True
            _, row = rows_of(self.table.first, new[~self.stopped[new]])
            new = distinct(self.table.holder[row])
            new = new[~seen[new]]
        return np.flatnonzero(seen)


@dataclass(frozen=True, slots=True)
class Network:
    """Holdings among nodes 0..n-1 as weights: shares of what a company does not hold in itself.

    company, holder, weight: shape (n_links,), sorted by company, no loops; the weights of a company and its `gap`
    sum to 1. own: the share each company holds in itself. gap: what of a company nobody is known to hold, of those
    with any stake. stuck: 1 for parties whose owners are not computed (they have no links). excess: what declared
    holdings are above 1 by rounding, and were scaled down by. All shape (n,).
    """

    n: int
    company: IntArray
    holder: IntArray
    weight: FloatArray
    own: FloatArray
    gap: FloatArray
    stuck: FloatArray
    excess: FloatArray


def shareholdings(owner: IntArray, owned: IntArray, share: IntArray, n_parties: int) -> Shareholdings:
    """Sum stakes by pair, and find what cannot be computed.

    owner, owned: shape (n_stakes,), party ordinals; share: shape (n_stakes,), parts per billion or UNKNOWN.
    Raises ValueError for ordinals out of range, shapes that differ, shares outside 0..10^9.
    """
    table = vote_table(Stakes(owner, owned, share), n_parties, n_parties)
    stakes = np.bincount(owned, minlength=n_parties)
    above_one = table.total > PPB + stakes
    return Shareholdings(table, stakes, above_one, closed_parties(table, stakes, above_one), table.unknown)


def network(holdings: Shareholdings, nodes: IntArray | None = None) -> Network:
    """The weights of all holdings, or of those among some nodes (ascending), which are then numbered anew."""
    table = holdings.table
    n = table.n_nodes if nodes is None else nodes.size
    chosen = np.arange(n) if nodes is None else nodes
    number = np.full(table.n_nodes, -1, dtype=np.int64)
    number[chosen] = np.arange(n)
    stopped, total, own = (column[chosen] for column in (holdings.stopped, table.total, table.own))
    company, row = rows_of(table.first, chosen)
    kept = (number[table.holder[row]] >= 0) & ~stopped[company]
    company, row = company[kept], row[kept]
    # Where own shares leave nothing to divide by the company holds all of itself, and is closed.
    rest = np.maximum(np.maximum(total, PPB) - own, 1).astype(np.float64)
    told = (holdings.stakes[chosen] > 0) & ~stopped
    return Network(
        n=n,
        company=company,
        holder=number[table.holder[row]],
        weight=table.votes[row] / rest[company],
        own=np.where(stopped, 0.0, own / PPB),
        gap=np.where(told, np.maximum(PPB - total, 0) / rest, 0.0),
        stuck=stopped.astype(np.float64),
        excess=np.where(stopped, 0.0, np.maximum(total - PPB, 0) / rest),
    )
