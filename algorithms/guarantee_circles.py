"""Guarantee circles (担保圈) and mutual guarantees (互保), DOMAIN.md 6.1 and 6.2.

A circle is a simple cycle of at least three parties, each guaranteeing the next. Two parties that guarantee each
other are a mutual pair and no circle. Circles lie inside strongly connected components, and are listed up to a cap;
past it the component is given whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from algorithms.circle_search import Stopped, find_circles
from algorithms.columns import IntArray, distinct, find, joined, order_by, starts_of
from algorithms.guarantees import GuaranteePairs, Guarantees, guarantee_pairs


@dataclass(frozen=True, slots=True)
class CircleLimits:
    """How far circles are listed, in each component.

    most_circles: past so many the component is given whole. most_steps: so many looks at a guarantee at most, about a
    microsecond each. longest: only circles of at most so many parties are looked for (None: of any length).
    """

    most_circles: int = 1_000
    most_steps: int = 5_000_000
    longest: int | None = None

    def __post_init__(self) -> None:
        if self.most_circles < 1:
            raise ValueError(f"most_circles is at least 1, not {self.most_circles}")
        if self.most_steps < 1:
            raise ValueError(f"most_steps is at least 1, not {self.most_steps}")
        if self.longest is not None and self.longest < 3:
            raise ValueError(f"longest is at least 3, not {self.longest}: a circle has three parties or more")


@dataclass(frozen=True, slots=True)
class GuaranteeComponent:
    """A strongly connected component of at least three parties: each reaches each other along guarantees.

    party: its parties, ascending. pair: the pairs inside it, ascending (places in `GuaranteePairs`).
    found: how many circles the search saw; they are listed only where it was not stopped.
    """

    party: IntArray
    pair: IntArray
    found: int
    stopped: Stopped

    @property
    def told(self) -> str:
        """How many circles there are, in words."""
        if self.stopped == "circles":
            return f"more than {self.found:,} circles"
        if self.stopped == "steps":
            return f"at least {self.found:,} circles: the search stopped at its cap of steps"
        return "1 circle" if self.found == 1 else f"{self.found:,} circles"


@dataclass(frozen=True, slots=True)
class GuaranteeCircles:
    """Circle k goes through party[first[k]:first[k + 1]], the lowest ordinal first, and back to it.

    first: CSR offsets, shape (n_circles + 1,). party: shape (n_places,). pair: shape (n_places,), the pair (place in
    `pairs`, with its amounts) by which the party at this place guarantees the next one. component: shape
    (n_circles,), place in `components`. Circles come by component, then in lexicographic order of their parties.
    mutual_pair, mutual_back: shape (n_mutual,), the pairs of parties that guarantee each other: from the lower ordinal
    to the higher, and back. components: those of three parties or more, by their lowest party.
    """

    pairs: GuaranteePairs
    first: IntArray
    party: IntArray
    pair: IntArray
    component: IntArray
    mutual_pair: IntArray
    mutual_back: IntArray
    components: tuple[GuaranteeComponent, ...]

    def __len__(self) -> int:
        return int(self.first.size - 1)

    def members(self, circle: int) -> IntArray:
        """The parties of one circle in order, the lowest first."""
        return self.party[self.first[circle] : self.first[circle + 1]]

    def links(self, circle: int) -> IntArray:
        """The pairs along one circle, the first from its first party to its second."""
        return self.pair[self.first[circle] : self.first[circle + 1]]


def guarantee_circles(guarantees: Guarantees, n_parties: int, limits: CircleLimits | None = None) -> GuaranteeCircles:
    """The circles, mutual pairs and strongly connected components of guarantees.

    Raises ValueError for ordinals out of range, shapes that differ, amounts below 0, sums beyond int64.
    Cost: about linear in parties and guarantees for the components (scipy's, Pearce 2005); for the circles see
    `find_circles`: a component takes at most `limits.most_steps` steps.
    """
    limits = limits or CircleLimits()
    pairs = guarantee_pairs(guarantees, n_parties)
    components: list[GuaranteeComponent] = []
    party: list[IntArray] = []
    pair: list[IntArray] = []
    component: list[int] = []
    for rows in _inside(pairs):
        found, circles = _circles(pairs, rows, limits)
        component += [len(components)] * len(circles)
        components.append(found)
        party += [pairs.guarantor[links] for links in circles]
        pair += circles
    there, back = _mutual(pairs)
    return GuaranteeCircles(
        pairs=pairs,
        first=np.cumsum([0, *(links.size for links in pair)]),
        party=joined(*party),
        pair=joined(*pair),
        component=np.asarray(component, dtype=np.int64),
        mutual_pair=there,
        mutual_back=back,
        components=tuple(components),
    )


def _mutual(pairs: GuaranteePairs) -> tuple[IntArray, IntArray]:
    key = pairs.key()
    at, there = find(key, pairs.debtor * np.int64(pairs.n_parties) + pairs.guarantor)
    rows = np.flatnonzero(there & (pairs.guarantor < pairs.debtor))
    return rows, at[rows]


def _inside(pairs: GuaranteePairs) -> Iterator[IntArray]:
    """The pairs inside each strongly connected component of three parties or more, by its lowest party."""
    n = pairs.n_parties
    if not len(pairs):
        return
    ones = np.ones(len(pairs), dtype=np.int8)
    graph = csr_array((ones, (pairs.guarantor, pairs.debtor)), shape=(n, n))
    _, label = connected_components(graph, directed=True, connection="strong")
    of_guarantor = label[pairs.guarantor].astype(np.int64)
    large = np.bincount(label) >= 3
    rows = np.flatnonzero((of_guarantor == label[pairs.debtor]) & large[of_guarantor])
    # Pairs come by guarantor, so a component's first row is one of its lowest party.
    order = order_by(of_guarantor[rows])
    parts = np.split(rows[order], starts_of(of_guarantor[rows][order])[1:]) if rows.size else []
    yield from sorted(parts, key=lambda part: int(part[0]))


def _circles(pairs: GuaranteePairs, rows: IntArray, limits: CircleLimits) -> tuple[GuaranteeComponent, list[IntArray]]:
    """One component, and its circles as pairs in order; none where there are too many."""
    party = distinct(pairs.guarantor[rows])
    source = np.searchsorted(party, pairs.guarantor[rows]).tolist()
    target = np.searchsorted(party, pairs.debtor[rows]).tolist()
    ahead: list[list[int]] = [[] for _ in range(party.size)]
    row_of: dict[tuple[int, int], int] = {}
    for one, other, row in zip(source, target, rows.tolist(), strict=True):
        ahead[one].append(other)
        row_of[one, other] = row
    search = find_circles(ahead, limits.most_circles, limits.most_steps, limits.longest)
    component = GuaranteeComponent(party, rows, len(search.circles), search.stopped)
    if search.stopped:
        return component, []
    return component, [
        np.asarray([row_of[step] for step in zip(circle, (*circle[1:], circle[0]), strict=True)], dtype=np.int64)
        for circle in search.circles
    ]
