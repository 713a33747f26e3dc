"""Lines of control: cycles joined into one, and below them trees wherever each company has one line of controllers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from algorithms.ballots import Links
from algorithms.columns import BoolArray, IntArray, distinct, joined, nothing, offsets, order_by, starts_of, sums


@dataclass(frozen=True, slots=True)
class Lines:
    """The links of control, condensed. A *line* is a party alone or a cycle of parties that control each other.

    linked: shape (n_nodes,), whether a node has any link. line: shape (n_nodes,), the line of each node.
    size: members of each line, shape (n_lines,).
    members, member_first: the nodes sorted by line, and CSR offsets by line.
    component: the weakly connected component of each line. tangled: shape (n_components,), whether some line in it
    has several lines above it. parent: the one line above, or -1 (also -1 throughout tangled components).
    enter, leave: preorder interval of each line's subtree, shape (n_lines,): b is at or below a exactly when
    enter[a] <= enter[b] < leave[a]. depth: links from the root. order: the lines in preorder.
    heavy: the first line of each line's heavy path, for common ancestors in logarithmic time.
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
    depth: IntArray
    order: IntArray
    heavy: IntArray

    def representative(self) -> IntArray:
        """The lowest node of each line, shape (n_lines,)."""
        return self.members[self.member_first[:-1]]

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
    """Condense links of control between nodes 0..n_nodes-1. Linear in nodes and links.

    Nodes without links are lines of their own, after all others.
    """
    linked = np.zeros(n_nodes, dtype=np.bool_)
    linked[links.source] = True
    linked[links.target] = True
    busy, idle = np.flatnonzero(linked), np.flatnonzero(~linked)
    number = np.cumsum(linked) - 1
    lines = _condense(Links(number[links.source], number[links.target]), busy.size)
    n_lines, n_components = lines.size.size, lines.tangled.size
    line = np.empty(n_nodes, dtype=np.int64)
    line[busy] = lines.line
    after = np.arange(n_lines, n_lines + idle.size)
    line[idle] = after
    zeros, ones = np.zeros(idle.size, dtype=np.int64), np.ones(idle.size, dtype=np.int64)
    # The busy lines hold the first places of the order, the idle ones follow one by one.
    return Lines(
        linked=linked,
        line=line,
        size=joined(lines.size, ones),
        members=joined(busy[lines.members], idle),
        member_first=joined(lines.member_first, busy.size + np.cumsum(ones)),
        component=joined(lines.component, np.arange(n_components, n_components + idle.size)),
        tangled=np.concatenate((lines.tangled, zeros.astype(np.bool_))),
        parent=joined(lines.parent, zeros - 1),
        enter=joined(lines.enter, after),
        leave=joined(lines.leave, after + 1),
        depth=joined(lines.depth, zeros),
        order=joined(lines.order, after),
        heavy=joined(lines.heavy, after),
    )


def _condense(links: Links, n_nodes: int) -> Lines:
    n_lines, line = _components(links, n_nodes, "strong")
    source, target = line[links.source], line[links.target]
    apart = source != target
    key = distinct(source[apart] * np.int64(max(n_lines, 1)) + target[apart])
    source, target = np.divmod(key, np.int64(max(n_lines, 1)))
    n_components, component = _components(Links(source, target), n_lines, "weak")
    above = np.bincount(target, minlength=n_lines)
    tangled = np.zeros(n_components, dtype=np.bool_)
    tangled[component[above > 1]] = True
    plain = ~tangled[component[target]]
    parent = np.full(n_lines, -1, dtype=np.int64)
    parent[target[plain]] = source[plain]
    members = order_by(line)
    enter, leave, depth, order, heavy = _preorder(parent)
    return Lines(
        linked=np.ones(n_nodes, dtype=np.bool_),
        line=line,
        size=np.bincount(line, minlength=n_lines),
        members=members,
        member_first=offsets(line[members], n_lines),
        component=component,
        tangled=tangled,
        parent=parent,
        enter=enter,
        leave=leave,
        depth=depth,
        order=order,
        heavy=heavy,
    )


def _components(links: Links, n: int, connection: Literal["weak", "strong"]) -> tuple[int, IntArray]:
    if n == 0:
        return 0, nothing()
    ones = np.ones(links.source.size, dtype=np.int8)
    graph = csr_array((ones, (links.source, links.target)), shape=(n, n))
    count, labels = connected_components(graph, directed=True, connection=connection)
    return int(count), labels.astype(np.int64)


def _preorder(parent: IntArray) -> tuple[IntArray, IntArray, IntArray, IntArray, IntArray]:
    """Preorder intervals, depths, order and heavy paths of a forest given by parents.

    By doubling: every step sums over twice as many ancestors, so a forest of any depth takes n log(depth) steps.
    """
    n = parent.size
    child = np.flatnonzero(parent >= 0)
    depth = _along((parent >= 0).astype(np.int64), parent)
    size = _sizes(parent)
    child = child[order_by(parent[child])]
    before = np.cumsum(size[child]) - size[child]
    first = np.searchsorted(parent[child], parent[child])
    step = np.zeros(n, dtype=np.int64)
    step[child] = 1 + before - before[first]
    roots = np.flatnonzero(parent < 0)
    step[roots] = np.cumsum(size[roots]) - size[roots]
    enter = _along(step, parent)
    order = np.empty(n, dtype=np.int64)
    order[enter] = np.arange(n)
    return enter, enter + size, depth, order, _heavy(parent, child, size)


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
    widest = child[np.lexsort((-size[child], parent[child]))]
    widest = widest[starts_of(parent[widest])]
    top[widest] = parent[widest]
    moving = widest
    while moving.size:
        top[moving] = top[top[moving]]
        moving = moving[top[top[moving]] != top[moving]]
    return top
