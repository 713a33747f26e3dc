"""Lines of control: cycles joined into one, and below them trees wherever each company has one line of controllers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from algorithms.ballots import BoolArray, Links
from algorithms.threshold import IntArray
from algorithms.votes import offsets


@dataclass(frozen=True, slots=True)
class Lines:
    """The links of control, condensed. A *line* is a party alone or a cycle of parties that control each other.

    line: shape (n_nodes,), the line of each node. size: members of each line, shape (n_lines,).
    members, member_first: the nodes sorted by line, and CSR offsets by line.
    component: the weakly connected component of each line. tangled: shape (n_components,), whether some line in it
    has several lines above it. parent: the one line above, or -1 (also -1 throughout tangled components).
    enter, leave: preorder interval of each line's subtree, shape (n_lines,): b is at or below a exactly when
    enter[a] <= enter[b] < leave[a]. depth: links from the root. order: the lines in preorder.
    heavy: the first line of each line's heavy path, for common ancestors in logarithmic time.
    """

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
    """Condense links of control between nodes 0..n_nodes-1. Linear in nodes and links."""
    n_lines, line = _components(links, n_nodes, "strong")
    source, target = line[links.source], line[links.target]
    apart = source != target
    key = np.unique(source[apart] * np.int64(max(n_lines, 1)) + target[apart])
    source, target = np.divmod(key, np.int64(max(n_lines, 1)))
    n_components, component = _components(Links(source, target), n_lines, "weak")
    above = np.bincount(target, minlength=n_lines)
    tangled = np.zeros(n_components, dtype=np.bool_)
    tangled[component[above > 1]] = True
    plain = ~tangled[component[target]]
    parent = np.full(n_lines, -1, dtype=np.int64)
    parent[target[plain]] = source[plain]
    members = np.argsort(line, kind="stable")
    enter, leave, depth, order, heavy = _preorder(parent)
    return Lines(
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
        return 0, np.empty(0, dtype=np.int64)
    ones = np.ones(links.source.size, dtype=np.int8)
    graph = csr_array((ones, (links.source, links.target)), shape=(n, n))
    count, labels = connected_components(graph, directed=True, connection=connection)
    return int(count), labels.astype(np.int64)


def _preorder(parent: IntArray) -> tuple[IntArray, IntArray, IntArray, IntArray, IntArray]:
    """Preorder intervals, depths, order and heavy paths of a forest given by parents.

    Plain loops over lists, since chains may be as deep as the forest is large; lines that stand alone are skipped.
    """
    n = parent.size
    linked = parent >= 0
    inner = linked.copy()
    inner[parent[linked]] = True
    alone = np.flatnonzero(~inner)
    busy = np.flatnonzero(inner)
    small = np.full(n, -1, dtype=np.int64)
    small[busy] = np.arange(busy.size)
    up = np.where(linked[busy], small[parent[busy]], -1)
    top_down = _top_down(up)
    enter, leave, depth, heavy = _intervals(up.tolist(), top_down.tolist())
    out = [np.zeros(n, dtype=np.int64) for _ in range(4)]
    for column, values in zip(out, (enter, leave, depth), strict=False):
        column[busy] = values
    out[3][busy] = busy[np.asarray(heavy, dtype=np.int64)]
    out[0][alone] = np.arange(busy.size, n)
    out[1][alone] = out[0][alone] + 1
    out[3][alone] = alone
    order = np.empty(n, dtype=np.int64)
    order[out[0]] = np.arange(n)
    return out[0], out[1], out[2], order, out[3]


def _top_down(up: IntArray) -> IntArray:
    """An order of the nodes of a forest in which parents come before their children (by depth, by doubling)."""
    depth = (up >= 0).astype(np.int64)
    jump = up.copy()
    while bool(np.any(jump >= 0)):
        moving = np.flatnonzero(jump >= 0)
        onto = jump[moving]
        depth[moving] += depth[onto]
        jump[moving] = jump[onto]
    return np.argsort(depth, kind="stable")


def _intervals(up: list[int], top_down: list[int]) -> tuple[list[int], list[int], list[int], list[int]]:
    n = len(up)
    size = [1] * n
    widest = [-1] * n
    for node in reversed(top_down):
        above = up[node]
        if above >= 0:
            size[above] += size[node]
            if widest[above] < 0 or size[node] > size[widest[above]]:
                widest[above] = node
    enter, following, depth, heavy = [0] * n, [0] * n, [0] * n, list(range(n))
    root_at = 0
    for node in top_down:
        above = up[node]
        if above < 0:
            enter[node] = root_at
            root_at += size[node]
        else:
            enter[node] = following[above]
            following[above] += size[node]
            depth[node] = depth[above] + 1
            if widest[above] == node:
                heavy[node] = heavy[above]
        following[node] = enter[node] + 1
    leave = [enter[node] + size[node] for node in range(n)]
    return enter, leave, depth, heavy
