"""Joint control inside trees of control: the lowest lines whose holdings together suffice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.ballots import Ballots, Links
from algorithms.columns import BoolArray, IntArray, distinct, find, starts_of, sum_by_key
from algorithms.lines import Lines


@dataclass(frozen=True, slots=True)
class Found:
    """Companies that some lines of one tree control jointly.

    company, tree: shape (n_cases,), each case a company and the component whose lines were looked at.
    links: from the lowest node of each lowest sufficing line to the company. known: shape (n_links,), whether
    that line stands above the company already.
    """

    company: IntArray
    tree: IntArray
    links: Links
    known: BoolArray


def lowest_joint(tests: Ballots, lines: Lines, pairs: IntArray) -> Found:
    """For every company whose holders in one tree suffice together: the lowest lines that do.

    pairs: rows of `tests.joint` to look at: all or none of a company's in one tree, no tangled ones.
    Since whoever controls a line controls all below it, a line controls a company jointly exactly when the
    weights at and below it pass the company's limit; the lowest such lines say all. Holders below the
    company itself are looked at apart: they count for none above it, because whoever is above it controls it already.
    """
    where = lines.line[tests.joint.holder[pairs]]
    tree = lines.component[where]
    company, weight = tests.joint.company[pairs], tests.joint.weight[pairs]
    goal = lines.line[company]
    inside = (lines.component[goal] == tree) & lines.below(goal, where)
    n = np.int64(max(tests.limit.size, 1))
    case = (tree * n + company) * 2 + inside
    keys, weights = sum_by_key(case, weight)
    passing = weights > tests.limit[(keys // 2) % n]
    keys = keys[passing]
    order = np.flatnonzero(find(keys, case)[1])
    order = order[np.lexsort((lines.enter[where[order]], case[order]))]
    links, known = _links(case[order], where[order], weight[order], tests.limit, lines)
    cases = distinct(keys // 2)
    return Found(company=cases % n, tree=cases // n, links=links, known=known)


def _links(case: IntArray, where: IntArray, weight: IntArray, limit: IntArray, lines: Lines) -> tuple[Links, BoolArray]:
    """The links from the lowest sufficing lines, for holdings sorted by case and preorder."""
    source: list[int] = []
    target: list[int] = []
    starts = starts_of(case)
    ends = np.append(starts, case.size)[1:]
    companies = (case[starts] // 2) % np.int64(max(limit.size, 1))
    limits = limit[companies]
    places, weights = where.tolist(), weight.tolist()
    for start, end, company, most in zip(
        starts.tolist(), ends.tolist(), companies.tolist(), limits.tolist(), strict=True
    ):
        found = _lowest(places[start:end], weights[start:end], most, lines)
        source.extend(found)
        target.extend([company] * len(found))
    upper, lower = np.asarray(source, dtype=np.int64), np.asarray(target, dtype=np.int64)
    goal = lines.line[lower]
    other = upper != goal
    upper, lower, goal = upper[other], lower[other], goal[other]
    known = (lines.component[upper] == lines.component[goal]) & lines.below(upper, goal)
    return Links(lines.representative(upper), lower), known


def _lowest(places: list[int], weights: list[int], limit: int, lines: Lines) -> list[int]:
    """The lowest lines at and below which the weights pass the limit; places are lines of one tree in preorder.

    Walks the tree that the places and their lowest common lines span, bottom-up. The stack is the path down to the
    latest place: [line, weight at and below so far, whether some line below suffices already].
    """
    found: list[int] = []
    stack: list[tuple[int, int, bool]] = []

    def leave() -> tuple[int, bool]:
        line, weight, covered = stack.pop()
        if weight > limit and not covered:
            found.append(line)
            covered = True
        return weight, covered

    def add(line: int, weight: int, covered: bool) -> None:
        if stack and stack[-1][0] == line:
            _, before, was_covered = stack.pop()
            weight, covered = weight + before, covered or was_covered
        stack.append((line, weight, covered))

    for place, weight in zip(places, weights, strict=True):
        if stack and stack[-1][0] != place:
            meeting = lines.common(stack[-1][0], place)
            depth = int(lines.depth[meeting])
            while len(stack) > 1 and lines.depth[stack[-2][0]] >= depth:
                below, covered = leave()
                add(stack[-1][0], below, covered)
            if stack[-1][0] != meeting:
                below, covered = leave()
                add(meeting, below, covered)
        add(place, weight, False)
    while stack:
        below, covered = leave()
        if stack:
            add(stack[-1][0], below, covered)
    return found
