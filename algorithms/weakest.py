"""The weakest links: the smallest sets of links whose rebuttal would split a group or clear a breach (DOMAIN.md 5.4).

Rebutting more links never connects more (control, dependence and the kin rule are monotone), so what keeps a breach
standing is always some minimal set of links, and every set that clears it takes a link from each: Reiter's
hitting-set tree ("A theory of diagnosis from first principles", 1987) needs far fewer evaluations than all pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weakest:
    """sets: minimal sets of links, each ascending, the smaller first, then by links.

    evaluations: how often the question was worked out anew. stopped: why the search ended early, in words for people,
    or empty: then there is no other minimal set of at most the asked size.
    """

    sets: tuple[tuple[int, ...], ...]
    evaluations: int
    stopped: str


class _Stopped(Exception):
    """The evaluations ran out."""


def weakest_links(
    links: Sequence[int],
    stands: Callable[[frozenset[int]], bool],
    most_links: int = 2,
    most_evaluations: int = 5000,
) -> Weakest:
    """The minimal sets of at most `most_links` links without which the group or the breach no longer stands.

    links: the links that may be rebutted. stands: whether it still stands without some of them; it never says yes
    to more links taken away where it says no to fewer. Where it does not stand as it is, the only set is the empty one.
    Raises ValueError for limits below 1. Cost: evaluations, about the number of links that matter, to the power of
    `most_links`, times the logarithm of all; at most `most_evaluations`.
    """
    if most_links < 1 or most_evaluations < 1:
        raise ValueError(f"most_links and most_evaluations are 1 or more, not {most_links} and {most_evaluations}")
    search = _Search(tuple(sorted(set(links))), stands, most_evaluations)
    stopped = ""
    try:
        search.run(most_links)
    except _Stopped:
        stopped = f"the search stopped after {most_evaluations} evaluations: there may be further sets"
    found = tuple(sorted((tuple(sorted(each)) for each in search.found), key=lambda each: (len(each), each)))
    return Weakest(found, len(search.known), stopped)


class _Search:
    """The hitting-set tree, one size after the other."""

    def __init__(self, links: tuple[int, ...], stands: Callable[[frozenset[int]], bool], most: int) -> None:
        self.found: list[frozenset[int]] = []
        self.known: dict[frozenset[int], bool] = {}
        self._links, self._stands, self._most = links, stands, most

    def run(self, most_links: int) -> None:
        """Find all minimal sets up to a size; those found so far stay when the evaluations run out."""
        if not self.stands(frozenset()):
            self.found.append(frozenset())
            return
        level = [frozenset[int]()]
        for _ in range(most_links):
            level = self._next(level)

    def stands(self, without: frozenset[int]) -> bool:
        """Whether it stands without these links, worked out once each."""
        if without not in self.known:
            if len(self.known) >= self._most:
                raise _Stopped
            self.known[without] = self._stands(without)
        return self.known[without]

    def _next(self, level: list[frozenset[int]]) -> list[frozenset[int]]:
        """From sets that do not suffice, the sets of one more link that do not either; those that do are kept."""
        further: dict[frozenset[int], None] = {}
        tried: set[frozenset[int]] = set()
        for without in level:
            for link in self._needed(without):
                larger = without | {link}
                if larger in tried or any(each <= larger for each in self.found):
                    continue
                tried.add(larger)
                if self.stands(larger):
                    further[larger] = None
                else:
                    self.found.append(larger)
        return list(further)

    def _needed(self, without: frozenset[int]) -> list[int]:
        """A minimal set of links that keep it standing, by halves (QuickXplain, Junker 2004)."""
        rest = [link for link in self._links if link not in without]
        if not self.stands(without | frozenset(rest)):
            return sorted(self._split([], False, rest, frozenset(self._links)))
        return []

    def _split(self, kept: list[int], grown: bool, doubtful: list[int], all_links: frozenset[int]) -> list[int]:
        """The links of `doubtful` that are needed besides `kept`. grown: whether `kept` has just become larger."""
        if grown and self.stands(all_links - frozenset(kept)):
            return []
        if len(doubtful) == 1:
            return doubtful
        half = len(doubtful) // 2
        one, two = doubtful[:half], doubtful[half:]
        second = self._split(kept + one, bool(one), two, all_links)
        first = self._split(kept + second, bool(second), one, all_links)
        return first + second
