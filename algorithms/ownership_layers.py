"""The order in which integrated ownership is worked out: owners before what they own, cycles together.

Owners that nobody owns come first. A *knot* is a small cycle of holdings, solved exactly; a larger cycle is cut at its
weak holdings into small knots in an order of their own, and gone through again and again until what the cut holdings
carry no longer changes. What lies deeper than `MAX_LEVELS` levels is gone through again and again as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from algorithms.columns import BoolArray, IntArray, offsets, order_by, rows_of, starts_of
from algorithms.ownership_network import Network

KNOT_LIMIT = 500
"""Cycles of at most so many parties are solved exactly."""

MAX_LEVELS = 1_000

CUTS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
"""Larger cycles are cut at holdings of at most the first of these shares that leaves only small knots."""


@dataclass(frozen=True, slots=True)
class Step:
    """Places start..stop-1, worked out at once; from `knots` on they are members of knots."""

    start: int
    knots: int
    stop: int


@dataclass(frozen=True, slots=True)
class Block:
    """Steps that follow one another; `repeated`, again and again."""

    steps: tuple[Step, ...]
    repeated: bool

    @property
    def start(self) -> int:
        """The first place."""
        return self.steps[0].start

    @property
    def stop(self) -> int:
        """The place after the last."""
        return self.steps[-1].stop


@dataclass(frozen=True, slots=True)
class Layers:
    """node: the node at each place; place: the place of each node; both shape (n,). The first `roots` places are nodes
    that nobody owns. knot: by place, the number of its knot, or -1 for a node alone."""

    node: IntArray
    place: IntArray
    roots: int
    knot: IntArray
    blocks: tuple[Block, ...]


def layers(net: Network) -> Layers:
    """Order the nodes. Cost: about linear; a few array operations a level."""
    n = net.n
    count, circle = _circles(net.holder, net.company, n)
    size = np.bincount(circle, minlength=count)
    large = size > KNOT_LIMIT
    source, target = circle[net.holder], circle[net.company]
    apart = source != target
    depth = _depths(source[apart], target[apart], count)
    owned = np.zeros(n, dtype=np.bool_)
    owned[net.company] = True
    # Cycles that nobody owns come after the parties that nobody owns.
    level = np.where(owned, depth[circle] + 1, 0)
    deep = depth[circle] < 0
    level[deep] = int(level.max(initial=0)) + 1
    knot = np.where((size[circle] > 1) & ~deep, circle, -1)
    within = np.zeros(n, dtype=np.int64)
    own_block = np.zeros(n, dtype=np.int64)
    for number, each in enumerate(np.flatnonzero(large)):
        members = np.flatnonzero((circle == each) & ~deep)
        if members.size:
            own_block[members] = number + 1
            labels, within[members] = _cut(net, members)
            knot[members] = np.where(labels >= 0, labels + count, -1)
            count += members.size
    node = np.lexsort((knot, knot >= 0, within, own_block, level))
    place = np.empty(n, dtype=np.int64)
    place[node] = np.arange(n)
    blocks = _blocks(level[node], own_block[node], within[node], knot[node] >= 0, deep[node])
    return Layers(node, place, int(np.count_nonzero(~owned)), knot[node], blocks)


def _circles(source: IntArray, target: IntArray, n: int) -> tuple[int, IntArray]:
    if n == 0:
        return 0, np.empty(0, dtype=np.int64)
    graph = csr_array((np.ones(source.size, dtype=np.int8), (source, target)), shape=(n, n))
    count, label = connected_components(graph, directed=True, connection="strong")
    return int(count), label.astype(np.int64)


def _depths(source: IntArray, target: IntArray, n: int) -> IntArray:
    """The most links that lead to each node of an acyclic graph, shape (n,); -1 from `MAX_LEVELS` on."""
    waiting = np.bincount(target, minlength=n)
    order = order_by(source)
    first, below = offsets(source[order], n), target[order]
    depth = np.full(n, -1, dtype=np.int64)
    ready = np.flatnonzero(waiting == 0)
    for number in range(MAX_LEVELS):
        if not ready.size:
            break
        depth[ready] = number
        _, row = rows_of(first, ready)
        reached = np.sort(below[row])
        starts = starts_of(reached)
        met = reached[starts]
        waiting[met] -= np.diff(np.append(starts, reached.size))
        ready = met[waiting[met] == 0]
    return depth


def _cut(net: Network, members: IntArray) -> tuple[IntArray, IntArray]:
    """A large cycle cut at weak holdings: (knot of each member, -1 alone; its level by what is left).

    Where no cut helps (rings of majorities) every member is alone and on one level.
    """
    number = np.full(net.n, -1, dtype=np.int64)
    number[members] = np.arange(members.size)
    inside = (number[net.holder] >= 0) & (number[net.company] >= 0)
    holder, company, weight = number[net.holder[inside]], number[net.company[inside]], net.weight[inside]
    for cut in CUTS:
        strong = weight > cut
        count, label = _circles(holder[strong], company[strong], members.size)
        size = np.bincount(label, minlength=count)
        if int(size.max()) > KNOT_LIMIT:
            continue
        source, target = label[holder[strong]], label[company[strong]]
        depth = _depths(source[source != target], target[source != target], count)
        if int(depth.min()) >= 0:
            return np.where(size[label] > 1, label, -1), depth[label]
    return np.full(members.size, -1, dtype=np.int64), np.zeros(members.size, dtype=np.int64)


def _blocks(
    level: IntArray, own_block: IntArray, within: IntArray, knotted: BoolArray, deep: BoolArray
) -> tuple[Block, ...]:
    """Blocks and steps of the places after the roots, from their sorted keys."""
    roots = int(np.searchsorted(level, 1))
    changed = (np.diff(level) != 0) | (np.diff(own_block) != 0)
    begins = np.union1d(np.flatnonzero(changed | (np.diff(within) != 0)) + 1, [roots])
    begins = begins[(begins >= roots) & (begins < level.size)]
    if not begins.size:
        return ()
    ends = np.append(begins[1:], level.size)
    new_block = np.ones(begins.size, dtype=np.bool_)
    new_block[1:] = changed[begins[1:] - 1]
    grouped: list[list[Step]] = []
    for start, stop, new in zip(begins.tolist(), ends.tolist(), new_block.tolist(), strict=True):
        if new:
            grouped.append([])
        knots = start + int(np.searchsorted(knotted[start:stop], True))
        grouped[-1].append(Step(start, knots, stop))
    return tuple(Block(tuple(steps), bool(own_block[steps[0].start] or deep[steps[0].start])) for steps in grouped)
