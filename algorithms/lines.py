"""Lines of control: cycles joined into one, and below them trees wherever each company has one line of controllers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from algorithms.ballots import Links
from algorithms.columns import BoolArray, IntArray, by_row, nothing, offsets, order_by, rows, starts_of, sums


@dataclass(frozen=True)
class Lines:
    """The links of control, condensed. A *line* is a party alone or a cycle of parties that control each other.

    linked: shape (n_nodes,), whether a node has any link. line: shape (n_nodes,), the line of each node. Most nodes of
    a bank have no link: the last line, which is none, stands for all of them. It has no members, and no place in the
    order.
    size: members of each line, shape (n_lines,).
    members, member_first: the linked nodes sorted by line, and CSR offsets by line.
    component: the weakly connected component of each line, the last one by itself. tangled: shape (n_components,),
    whether some line in it has several lines above it. parent: the one line above, or -1 (also -1 throughout tangled
    components).
    enter, leave: preorder interval of each line's subtree, shape (n_lines,): b is at or below a exactly when
    enter[a] <= enter[b] < leave[a]. order: the lines in preorder, but for the last.
    """

    linked: BoolArray
    line: IntArray
    size: IntArray
    members: IntArray
    member_first: IntArray
    component: IntArray
    tangled: BoolArray
    parent: IntArray
    enter: IntArray
    leave: IntArray
    order: IntArray

    @cached_property
    def depth(self) -> IntArray:
        """Links from the root, shape (n_lines,)."""
        return _along((self.parent >= 0).astype(np.int64), self.parent)

    @cached_property
    def heavy(self) -> IntArray:
        """The first line of each line's heavy path, shape (n_lines,), for common ancestors in logarithmic time."""
        child = np.flatnonzero(self.parent >= 0)
        child = child[order_by(self.parent[child])]
        return _heavy(self.parent, child, self.leave - self.enter)

    def representative(self, line: IntArray) -> IntArray:
        """The lowest node of each of these lines; the last has none."""
        return self.members[self.member_first[line]]

    def below(self, upper: IntArray, lower: IntArray) -> BoolArray:
        """Whether each line `lower` is at or below the line `upper` (trees only)."""
        at = self.enter[lower]
        return (self.enter[upper] <= at) & (at < self.leave[upper])

    def common(self, one: int, two: int) -> int:
        """The lowest line at or above both, which stand in one tree."""
        heavy, depth, parent = self.heavy, self.depth, self.parent
        while heavy[one] != heavy[two]:
            if depth[heavy[one]] >= depth[heavy[two]]:
                one = int(parent[heavy[one]])
            else:
                two = int(parent[heavy[two]])
        return one if depth[one] <= depth[two] else two


def lines_of(links: Links, n_nodes: int) -> Lines:
    """Condense links of control between nodes 0..n_nodes-1. Linear in nodes and links."""
    linked = np.zeros(n_nodes, dtype=np.bool_)
    linked[links.source] = True
    linked[links.target] = True
    busy = np.flatnonzero(linked)
    number = np.zeros(n_nodes, dtype=np.int64)
    number[busy] = np.arange(busy.size)
    links = Links(number[links.source], number[links.target])
    n_lines, of_busy = _components(links, busy.size, "strong")
    line = np.full(n_nodes, n_lines, dtype=np.int64)
    line[busy] = of_busy
    members = order_by(of_busy)
    first = np.append(offsets(of_busy[members], n_lines), busy.size)
    source, target = of_busy[links.source], of_busy[links.target]
    apart = source != target
    ones = np.ones(int(apart.sum()), dtype=np.int8)
    below, target, _ = by_row(source[apart], target[apart], ones, (n_lines, n_lines))
    source = rows(below)
    n_components, component = _components(Links(source, target), n_lines, "weak")
    tangled = np.zeros(n_components + 1, dtype=np.bool_)
    tangled[component[np.bincount(target, minlength=n_lines) > 1]] = True
    plain = ~tangled[component[target]]
    parent = np.full(n_lines, -1, dtype=np.int64)
    parent[target[plain]] = source[plain]
    enter, size, order = _preorder(parent)
    return Lines(
        linked=linked,
        line=line,
        size=np.diff(first),
        members=busy[members],
        member_first=first,
        component=np.append(component, n_components),
        tangled=tangled,
        parent=np.append(parent, -1),
        enter=np.append(enter, n_lines),
        leave=np.append(enter + size, n_lines),
        order=order,
    )


def _components(links: Links, n: int, connection: Literal["weak", "strong"]) -> tuple[int, IntArray]:
    if n == 0:
        return 0, nothing()
    ones = np.ones(links.source.size, dtype=np.int8)
    graph = csr_array((ones, (links.source, links.target)), shape=(n, n))
    count, labels = connected_components(graph, directed=True, connection=connection)
    return int(count), labels.astype(np.int64)


def _preorder(parent: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """The place of each node of a forest in preorder, how many are at or below it, and the nodes in that order.

    By doubling: every step sums over twice as many ancestors, so a forest of any depth takes n log(depth) steps.
    """
    n = parent.size
    child = np.flatnonzero(parent >= 0)
    size = _sizes(parent)
    child = child[order_by(parent[child])]
    before = np.cumsum(size[child]) - size[child]
    starts = starts_of(parent[child])
    step = np.zeros(n, dtype=np.int64)
    step[child] = 1 + before - np.repeat(before[starts], np.diff(starts, append=child.size))
    roots = np.flatnonzero(parent < 0)
    step[roots] = np.cumsum(size[roots]) - size[roots]
    enter = _along(step, parent)
    order = np.empty(n, dtype=np.int64)
    order[enter] = np.arange(n)
    return enter, size, order


def _along(value: IntArray, parent: IntArray) -> IntArray:
    """The sum of the values of each node and of all above it."""
    total, jump = value.copy(), parent.copy()
    moving = np.flatnonzero(jump >= 0)
    while moving.size:
        onto = jump[moving]
        total[moving] += total[onto]
        jump[moving] = jump[onto]
        moving = moving[jump[moving] >= 0]
    return total


def _sizes(parent: IntArray) -> IntArray:
    """How many nodes are at or below each node."""
    size, jump = np.ones(parent.size, dtype=np.int64), parent.copy()
    moving = np.flatnonzero(jump >= 0)
    while moving.size:
        onto = jump[moving]
        size += sums(onto, size[moving], parent.size)
        jump[moving] = jump[onto]
        moving = moving[jump[moving] >= 0]
    return size


def _heavy(parent: IntArray, child: IntArray, size: IntArray) -> IntArray:
    """The first node of each node's heavy path; child: the nodes with a parent, sorted by parent."""
    top = np.arange(parent.size, dtype=np.int64)
    above = parent[child]
    starts = starts_of(above)
    most = np.maximum.reduceat(size[child], starts) if child.size else nothing()
    widest = child[size[child] == np.repeat(most, np.diff(starts, append=child.size))]
    widest = widest[starts_of(parent[widest])]
    top[widest] = parent[widest]
    moving = widest
    while moving.size:
        top[moving] = top[top[moving]]
        moving = moving[top[top[moving]] != top[moving]]
    return top
