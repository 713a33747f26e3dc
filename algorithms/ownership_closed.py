"""Companies wholly owned within a set of their own: nobody outside owns them, and `M` of DOMAIN.md 2 does not exist."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from algorithms.columns import BoolArray, IntArray, offsets, order_by, rows_of, sums
from algorithms.threshold import PPB
from algorithms.votes import VoteTable


def closed_parties(table: VoteTable, stakes: IntArray, open_parties: BoolArray) -> BoolArray:
    """The largest set of companies all of whose shares are held inside the set, shape (n,) (DOMAIN.md 2, example 2.5).

    table: shares by pair. stakes: how many stakes each party was told to have holders by, shape (n,): one part per
    billion a stake may be missing to the whole, since shares are rounded. open_parties: parties that are in no such
    set whatever is held in them, shape (n,). Exact, in whole numbers. Cost: linear a round; rounds follow one another
    only where several holdings of a few parts per billion decide together.
    """
    n = table.n_nodes
    needed = PPB - stakes
    inside = (table.total >= needed) & (table.total > 0) & ~open_parties
    both = inside[table.company] & inside[table.holder]
    held = table.own + sums(table.company[both], table.votes[both], n)
    # The holdings of every holder, to be taken away when it leaves the set.
    order = order_by(table.holder)
    first = offsets(table.holder[order], n)
    leaving = np.flatnonzero(inside & (held < needed))
    while leaving.size:
        # A holder of more than what is to spare takes the company along.
        alone = inside[table.holder] & inside[table.company] & (table.votes > (held - needed)[table.company])
        gone = _reached(leaving, table.holder[alone], table.company[alone], n)
        inside[gone] = False
        _, place = rows_of(first, gone)
        lost = order[place]
        held -= sums(table.company[lost], table.votes[lost], n)
        leaving = np.flatnonzero(inside & (held < needed))
    return inside


def _reached(start: IntArray, source: IntArray, target: IntArray, n: int) -> IntArray:
    """The nodes that links lead to from the start, which is among them."""
    above = np.concatenate((source, np.full(start.size, n, dtype=np.int64)))
    below = np.concatenate((target, start))
    graph = csr_array((np.ones(above.size, dtype=np.int8), (above, below)), shape=(n + 1, n + 1))
    found = breadth_first_order(graph, n, directed=True, return_predecessors=False).astype(np.int64)
    reached: IntArray = found[found != n]
    return reached
