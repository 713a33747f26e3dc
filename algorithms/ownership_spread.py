"""What every owner has of every company, company by company in the order of `algorithms.ownership_layers`.

Write Y for what an owner has of a company and Z for the same with 1 where a holder counts whole for the owner: where it
is the owner itself, and, in the control-weighted measure, where the owner controls it. Then Y = Z A: an owner has
through each holder what it has of the holder. A walk thus stops where it comes back to its owner, which is just the
division by diag(M) in DOMAIN.md 2.

Error. Entries left out of a company's row were below a known bound d. All sums are of positive figures, so that but for
rounding they are never too high, and too low by at most e with e_j = sum over holders of A[holder, j] e_holder + d_j:
the same recursion, worked out beside the rows. In blocks gone through again and again it starts at 1, more than which
nobody owns, and shrinks with every turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from algorithms.columns import BoolArray, IntArray, distinct, find, nothing, offsets, order_by, rows_of
from algorithms.ownership_knots import inverse, rounding, solved_knot
from algorithms.ownership_layers import Block, Layers, Step, layers
from algorithms.ownership_network import FloatArray, Network
from algorithms.ownership_rows import Growing, Rows, matrix_of, rows_of_matrix, stacked, thinned

PRODUCTS_AT_ONCE = 8_000_000
"""About so many products of holdings are worked out in one pass."""

MAX_TURNS = 100
"""How often a block is gone through at most."""

ROUNDING = 1e-13
"""What rounding may add at each company, far above what a sum of some thousand shares loses."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to work out.

    counted: shape (n,), the owners asked for. whole_company, whole_party: pairs in which a company counts whole for a
    party beside itself. at_least: pairs of less are not listed, nor surely worked out. tolerance: entries of less are
    left out; where a company has more than `width` owners, larger ones are too (never one of `at_least`). most: so
    many entries may be kept at once.
    """

    counted: BoolArray
    at_least: float = 0.01
    tolerance: float = 1e-9
    width: int = 200
    most: int = 150_000_000
    whole_company: IntArray = field(default_factory=nothing)
    whole_party: IntArray = field(default_factory=nothing)


@dataclass(frozen=True, slots=True)
class Spread:
    """owner, company, value: the pairs of at least `at_least`, shape (n_pairs,), by company in no order.

    itself: what each counted company has of itself, its own shares and those that come back to it, shape (n,); such
    pairs are not among the others.
    error: how much too low a company's values may be (and how much above `at_least` a pair not listed), shape (n,).
    undisclosed, stuck: what of each company goes up to shares nobody is known to hold, and to parties whose owners are
    not computed; both too low by at most `error`. Shape (n,).
    """

    owner: IntArray
    company: IntArray
    value: FloatArray
    itself: FloatArray
    error: FloatArray
    undisclosed: FloatArray
    stuck: FloatArray


@dataclass(frozen=True, slots=True)
class _Links:
    """Links of one kind by place of the company; holder: a row of the matrix they are multiplied with."""

    first: IntArray
    holder: npt.NDArray[np.int32]
    weight: FloatArray

    def matrix(self, start: int, stop: int, n_rows: int) -> csr_array[np.float64, tuple[int, int]]:
        """The links of the companies at places start..stop-1."""
        first = self.first[start : stop + 1]
        span = slice(int(first[0]), int(first[-1]))
        return matrix_of(self.weight[span], self.holder[span], (first - first[0]).astype(np.int32), n_rows)


class _Spreader:
    """The working state: rows Z of all places so far, and beside each three running figures that follow the same
    recursion: error, undisclosed, stuck.

    While a block is gone through again, its rows of the turn before stand in their places and the new ones after them.
    """

    def __init__(self, net: Network, order: Layers, wanted: Wanted) -> None:
        self.net, self.order, self.wanted = net, order, wanted
        self.outer, self.inner = _kinds(net, order)
        counted = np.flatnonzero(wanted.counted)
        company, party = np.concatenate((counted, wanted.whole_company)), np.concatenate((counted, wanted.whole_party))
        self.whole_key = distinct(order.place[company] * np.int64(net.n) + party)
        self.whole_first = offsets(self.whole_key // max(net.n, 1), net.n)
        self.holds = np.zeros(net.n, dtype=np.bool_)
        self.holds[order.place[net.holder]] = True
        again = max((block.stop - block.start for block in order.blocks if block.repeated), default=0)
        self.rows = Growing(net.n + again, net.n, wanted.most)
        self.seed = np.stack([column[order.node] for column in (np.zeros(net.n), net.gap, net.stuck)], axis=1)
        self.carried = np.concatenate((self.seed, np.zeros((again, 3))))
        self.listed_error, self.loop = np.zeros(net.n), np.zeros(net.n)
        self.found: list[tuple[IntArray, IntArray, FloatArray]] = []

    def run(self) -> Spread:
        """All blocks in order."""
        self.rows.append(self._counting_whole(_no_rows(self.order.roots), 0))
        for block in self.order.blocks:
            if block.repeated:
                self._repeat(block)
            else:
                for step in block.steps:
                    self._step(step, self.wanted.width)
        node, place = self.order.node, self.order.place
        columns = [np.concatenate([nothing(), *(part[k] for part in self.found)]) for k in range(2)]
        value = np.concatenate([np.empty(0), *(part[2] for part in self.found)])
        error, (_, undisclosed, stuck) = self.listed_error[place], self.carried[place].T
        own = self.net.own
        itself = np.where(self.wanted.counted, own + (1.0 - own) * self.loop[place], 0.0)
        return Spread(columns[1], node[columns[0]], value, itself, error, undisclosed, stuck)

    def _repeat(self, block: Block) -> None:
        """Go through a block until its error has stopped shrinking. The first turns are short-sighted, and cheap."""
        start, stop = block.start, block.stop
        self.rows.append(self._counting_whole(_no_rows(stop - start), start))
        self.carried[start:stop] = (1.0, 0.0, 0.0)
        known, error, gained = len(self.found), 1.0, 1.0
        for turn in range(MAX_TURNS):
            del self.found[known:]
            for step in block.steps:
                self._step(step, max(self.wanted.width >> max(3 - turn, 0), 8))
            new = self.rows.tail(stop)
            self.rows.cut(start)
            self.rows.append(new)
            self.carried[start:stop] = self.carried[stop : 2 * stop - start]
            now = float(self.carried[start:stop, 0].max())
            # What all further turns would gain, if each gains as much less than the one before as this one did.
            gain = max(error - now, 0.0)
            rate = min(gain / gained, 0.9999) if gained else 0.0
            if turn >= 4 and gain * rate / (1 - rate) < max(0.25 * now, self.wanted.tolerance):
                return
            error, gained = now, gain

    def _step(self, step: Step, width: int) -> None:
        """Work out the rows of a step, list them and keep them for what their companies own."""
        parts, low = [], []
        carried = self.seed[step.start : step.stop].copy()
        for start, stop in self._passes(step):
            mine = carried[start - step.start : stop - step.start]
            links = self.outer.matrix(start, stop, self.rows.n_rows)
            mine += np.asarray(links @ self.carried[: self.rows.n_rows])
            mine[:, 0] += self.net.excess[self.order.node[start:stop]] + ROUNDING
            product, error = rows_of_matrix(links @ self.rows.matrix()), np.zeros(stop - start)
            if start >= step.knots:
                product, error = self._knots(product, start, stop, mine)
            if start >= step.knots or self.rows.n_rows > step.start:
                self._note_loops(product, start)
            self.listed_error[start:stop] = mine[:, 0] + error
            kept_from = max(self.wanted.at_least, self.wanted.tolerance)
            rows, lost = thinned(product, self.wanted.tolerance, width, kept_from)
            self._list(rows, start)
            parts.append(self._counting_whole(rows, start))
            low.append(error + lost)
        carried[:, 0] += np.concatenate(low)
        self.carried[self.rows.n_rows : self.rows.n_rows + carried.shape[0]] = carried
        for part in parts:
            self.rows.append(part)

    def _passes(self, step: Step) -> list[tuple[int, int]]:
        """Ranges of places worth about `PRODUCTS_AT_ONCE` each; knots are apart from the others and never parted."""
        counts = self.rows.counts
        ranges: list[tuple[int, int]] = []
        for begin, end in ((step.start, step.knots), (step.knots, step.stop)):
            if begin == end:
                continue
            first = self.outer.first[begin : end + 1]
            cost = np.cumsum(counts[self.outer.holder[first[0] : first[-1]]], dtype=np.int64)
            upto = np.concatenate((np.zeros(1, dtype=np.int64), cost))[first - first[0]] // PRODUCTS_AT_ONCE
            edge = np.flatnonzero(np.diff(upto)) + begin + 1
            edge = edge[edge < end]
            if begin >= step.knots:
                edge = edge[self.order.knot[edge - 1] != self.order.knot[edge]]
            ranges += pairwise([begin, *edge.tolist(), end])
        return ranges

    def _knots(self, product: Rows, start: int, stop: int, carried: FloatArray) -> tuple[Rows, FloatArray]:
        """The rows of whole knots, and what rounding may have cost each."""
        knot = self.order.knot[start:stop]
        edges = [0, *(np.flatnonzero(np.diff(knot)) + 1).tolist(), stop - start]
        parts, error = [], np.zeros(stop - start)
        for begin, end in pairwise(edges):
            size = end - begin
            first = self.inner.first[start + begin : start + end + 1]
            span = slice(int(first[0]), int(first[-1]))
            inner = np.zeros((size, size))
            member = np.repeat(np.arange(size), np.diff(first))
            np.add.at(inner, (member, self.inner.holder[span] - start - begin), self.inner.weight[span])
            solved = inverse(inner)
            carried[begin:end] = solved @ carried[begin:end]
            error[begin:end] = rounding(solved)
            whole = self.whole_key[self.whole_first[start + begin] : self.whole_first[start + end]]
            at, party = np.divmod(whole, np.int64(self.net.n))
            by_party = np.lexsort((at, party))
            parts.append(solved_knot(solved, product.part(begin, end), at[by_party] - start - begin, party[by_party]))
        return stacked(parts), error

    def _list(self, rows: Rows, start: int) -> None:
        """Note the pairs of enough, apart from what companies have of themselves."""
        place, owner = rows.row() + start, rows.owner.astype(np.int64)
        kept = (rows.value >= self.wanted.at_least) & (self.order.node[place] != owner)
        self.found.append((place[kept], owner[kept], rows.value[kept]))

    def _note_loops(self, rows: Rows, start: int) -> None:
        """Note what companies in cycles have of themselves."""
        place = rows.row() + start
        mine = self.order.node[place] == rows.owner
        self.loop[place[mine]] = rows.value[mine]

    def _counting_whole(self, rows: Rows, start: int) -> Rows:
        """Rows Z of the companies from `start` on, with 1 for whom they count whole; empty where they hold nothing."""
        size = rows.first.size - 1
        holds = self.holds[start : start + size]
        row = rows.row()
        kept = holds[row]
        key = (row[kept] + start) * np.int64(self.net.n) + rows.owner[kept]
        kept[kept] = ~find(self.whole_key, key)[1]
        rest = rows.only(kept)
        at, whole = rows_of(self.whole_first, np.flatnonzero(holds) + start)
        added = np.zeros(size, dtype=np.int64)
        added[holds] = np.bincount(at, minlength=int(holds.sum()))
        first = rest.first + np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(added)))
        owner = np.empty(int(first[-1]), dtype=np.int32)
        value = np.ones(owner.size)
        to = np.arange(rest.owner.size) + np.repeat(first[:-1] - rest.first[:-1], rest.counts)
        owner[to], value[to] = rest.owner, rest.value
        line = np.flatnonzero(holds)[at]
        rank = np.arange(whole.size) - (np.cumsum(added) - added)[line]
        owner[first[line + 1] - added[line] + rank] = self.whole_key[whole] % max(self.net.n, 1)
        return Rows(first, owner, value)


def spread(net: Network, wanted: Wanted) -> Spread:
    """Work out all pairs. Raises TooManyPairs where they do not fit. Cost: the pairs kept times the holdings of each
    company, a few times over where large cycles have to be gone through again and again."""
    return _Spreader(net, layers(net), wanted).run()


def _no_rows(size: int) -> Rows:
    return Rows(np.zeros(size + 1, dtype=np.int64), np.empty(0, dtype=np.int32), np.empty(0))


def _kinds(net: Network, order: Layers) -> tuple[_Links, _Links]:
    """The links from holders outside the company's knot, to the rows in which they then stand; those within knots."""
    company, holder = order.place[net.company], order.place[net.holder]
    begins, start, size = (np.zeros(net.n, dtype=np.int64) for _ in range(3))
    for block in order.blocks:
        start[block.start : block.stop] = block.start
        size[block.start : block.stop] = block.stop - block.start
        for step in block.steps:
            begins[step.start : step.stop] = step.start
    by = order_by(company)
    company, holder, weight = company[by], holder[by], net.weight[by]
    # Of its own block a company sees the new rows of steps before its own, and the last turn's of all others.
    new = (holder >= start[company]) & (holder < begins[company])
    inner = (holder >= begins[company]) & (order.knot[company] >= 0) & (order.knot[company] == order.knot[holder])
    row = np.where(new, holder + size[company], holder).astype(np.int32)
    outer = _Links(offsets(company[~inner], net.n), row[~inner], weight[~inner])
    return outer, _Links(offsets(company[inner], net.n), row[inner], weight[inner])
