"""All circles of one small directed graph, in order, under a cap: the search behind guarantee circles.

A circle is a simple cycle of at least three nodes. Searched depth first from each node as the lowest of its circles,
with a lower bound, for each node, on the steps that lead from it back to the start past the path walked so far; a bound
that turns out too low is raised, and lowered again only when a node that stood in the way leaves the path.
After D. B. Johnson, "Finding all the elementary circuits of a directed graph" (SIAM J. Comput. 4, 1975), with lengths
as in A. Gupta, T. Suzumura, "Finding all bounded-length simple cycles in a directed graph" (arXiv:2105.10094).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Stopped = Literal["", "circles", "steps"]
"""Why a search ended early: it found more circles than asked for, or took more steps; empty where it did not."""


@dataclass(frozen=True, slots=True)
class FoundCircles:
    """circles: each from its lowest node on, in lexicographic order. stopped: why there may be more, if so."""

    circles: tuple[tuple[int, ...], ...]
    stopped: Stopped


def find_circles(
    ahead: Sequence[Sequence[int]], most_circles: int, most_steps: int, longest: int | None = None
) -> FoundCircles:
    """The circles among nodes 0..n-1, of at most `longest` nodes (None: of any length).

    ahead: the successors of each node, ascending, without the node itself.
    Ends after `most_circles` circles if there are more, and after `most_steps` looks at a link, whatever was found.
    Cost: about the links times the circles, and never more than `most_steps`; without a clock, so that the same graph
    always ends at the same place.
    """
    found: list[tuple[int, ...]] = []
    try:
        for circle in _Search(ahead, most_steps, longest).circles():
            if len(found) == most_circles:
                return FoundCircles(tuple(found), "circles")
            found.append(circle)
    except _OutOfSteps:
        return FoundCircles(tuple(found), "steps")
    return FoundCircles(tuple(found), "")


class _OutOfSteps(Exception):
    pass


class _Search:
    """The graph as it is left over: nodes that can lie on no further circle are dropped as the search goes on."""

    def __init__(self, ahead: Sequence[Sequence[int]], most_steps: int, longest: int | None) -> None:
        self._ahead = ahead
        self._behind: list[list[int]] = [[] for _ in ahead]
        for node, successors in enumerate(ahead):
            for successor in successors:
                self._behind[successor].append(node)
        self._around = [set(out) | set(into) for out, into in zip(ahead, self._behind, strict=True)]
        self._alive = [True] * len(ahead)
        self._n_ahead = [len(nodes) for nodes in ahead]
        self._n_behind = [len(nodes) for nodes in self._behind]
        self._n_around = [len(nodes) for nodes in self._around]
        self._longest = len(ahead) if longest is None else min(longest, len(ahead))
        self._steps_left = most_steps

    def circles(self) -> Iterator[tuple[int, ...]]:
        self._drop(node for node in range(len(self._ahead)) if self._idle(node))
        for start in range(len(self._ahead)):
            if self._alive[start]:
                yield from self._through(start)
                self._drop([start])

    def _idle(self, node: int) -> bool:
        """Whether a node lies on no circle of three or more, by what is left around it."""
        return self._n_around[node] < 2 or not self._n_ahead[node] or not self._n_behind[node]

    def _drop(self, nodes: Iterable[int]) -> None:
        todo = list(nodes)
        while todo:
            node = todo.pop()
            if not self._alive[node]:
                continue
            self._alive[node] = False
            for other in self._ahead[node]:
                self._n_behind[other] -= 1
            for other in self._behind[node]:
                self._n_ahead[other] -= 1
            for other in self._around[node]:
                self._n_around[other] -= 1
                if self._alive[other] and self._idle(other):
                    todo.append(other)

    def _step(self, steps: int = 1) -> None:
        self._steps_left -= steps
        if self._steps_left < 0:
            raise _OutOfSteps

    def _through(self, start: int) -> Iterator[tuple[int, ...]]:
        """The circles whose lowest node is `start`."""
        need = self._distances(start)
        waiting: defaultdict[int, set[int]] = defaultdict(set)
        never = self._longest + 1
        path, on_path = [start], {start}
        todo = [iter(self._ahead[start])]
        best = [never]
        while True:
            for node in todo[-1]:
                self._step()
                if node == start:
                    best[-1] = 1
                    if len(path) > 2:
                        yield tuple(path)
                elif node in need and node not in on_path and len(path) + need[node] <= self._longest:
                    path.append(node)
                    on_path.add(node)
                    todo.append(iter(self._ahead[node]))
                    best.append(never)
                    break
            else:
                todo.pop()
                node, way = path.pop(), best.pop()
                on_path.discard(node)
                if not path:
                    return
                best[-1] = min(best[-1], way + 1)
                self._leave(node, min(way, self._longest - len(path) + 1), need, waiting, on_path)

    def _leave(
        self, node: int, way: int, need: dict[int, int], waiting: defaultdict[int, set[int]], on_path: set[int]
    ) -> None:
        """Note what was learnt about a node that leaves the path, and tell the nodes that wait for it."""
        for successor in self._ahead[node]:
            if successor in need:
                waiting[successor].add(node)
        need[node] = way
        todo = [node]
        while todo:
            lower = todo.pop()
            self._step(len(waiting[lower]))
            for other in waiting[lower]:
                if other not in on_path and need[other] > need[lower] + 1:
                    need[other] = need[lower] + 1
                    todo.append(other)

    def _distances(self, start: int) -> dict[int, int]:
        """The fewest steps from each node that is left to the start, where they can close a circle."""
        distance = {start: 0}
        todo = [start]
        for node in todo:
            if distance[node] + 1 == self._longest:
                break
            self._step(len(self._behind[node]))
            for other in self._behind[node]:
                if self._alive[other] and other not in distance:
                    distance[other] = distance[node] + 1
                    todo.append(other)
        return distance
