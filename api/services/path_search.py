"""Reading the ties between the two ends of warm paths: the strongest first, a fair share around either end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any, NamedTuple

from api.services.answers import many
from api.services.ties import TieKind, TieRules
from graph.store import View

CANDIDATES = 200
"""Parties whose ties are read, the ends among them."""
OF_AN_END, OF_OTHERS = 100, 30
"""Ties of one party that are followed, the strongest."""
READ_OF_AN_END, READ_OF_OTHERS = 1_000, 200
"""Links of one kind that are read of one party."""
BOOK = 3_000
"""Links that are read of the book of a manager, ended ones among them."""


class TieLink(NamedTuple):
    """A link that makes a tie, from `start` to `end`. strength: parts per billion."""

    strength: int
    since: int
    id: str
    kind: TieKind
    start: str
    end: str
    status: str
    detail: str | None


@dataclass
class Ties:
    """What was read, by pairs of ids (the lower one first), and of how many parties not everything was."""

    between: dict[tuple[str, str], dict[str, TieLink]] = field(default_factory=lambda: defaultdict(dict))
    opted_out: set[str] = field(default_factory=set)
    """Who asked not to be approached, and is on no route but at its ends."""
    shy_ends: list[str] = field(default_factory=list)
    """Ends that asked not to be approached."""
    candidates: int = 0
    """Parties around the ends, of whom at most CANDIDATES were looked at."""
    cut: int = 0
    """Parties with more ties than are followed."""
    crowded: int = 0
    """Parties with more links of one kind than are read."""
    book_cut: bool = False
    """Whether the book has more links than are read."""

    @property
    def omitted(self) -> list[str]:
        """What was left out, in words that name nobody."""
        told = []
        if self.candidates > CANDIDATES:
            told.append(f"candidates capped at {CANDIDATES} of {self.candidates:,}, those of the strongest ties kept")
        if self.cut:
            told.append(
                f"of {many(self.cut, 'party')} the strongest ties alone were followed, {OF_AN_END} of an end and "
                f"{OF_OTHERS} of others"
            )
        if self.crowded:
            told.append(
                f"of {many(self.crowded, 'party')} with very many links of one kind some were read alone, "
                f"{READ_OF_AN_END:,} of an end and {READ_OF_OTHERS} of others"
            )
        if self.book_cut:
            told.append(f"of the manager's book the first {BOOK:,} links were read, ended ones among them")
        if self.opted_out:
            told.append(f"introducers who asked not to be approached, left out: {len(self.opted_out):,}")
        return told


def read_ties(view: View, rules: TieRules, start: str, end: str, from_manager: bool) -> Ties:
    """The ties of both ends, then those of whom they are tied to: so every route of four ties is seen, up to the caps.

    start: a party, or the manager if `from_manager`. Parties outside the asker's scope are among them.
    """
    search = _Search(view, rules, {start, end}, Ties())
    search.read([end] if from_manager else [start, end], OF_AN_END, READ_OF_AN_END)
    if from_manager:
        search.read_book(start)
    around = in_turn(search.neighbours(start), search.neighbours(end))
    search.ties.candidates = len(around) + 2
    search.read(around[: CANDIDATES - 2], OF_OTHERS, READ_OF_OTHERS)
    return search.ties


def in_turn(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Each once: of either in turn, so that both have a fair share of whatever room there is."""
    return list(dict.fromkeys(one for one in chain(*zip_longest(first, second)) if one is not None))


@dataclass
class _Search:
    """Fills `ties`."""

    view: View
    rules: TieRules
    ends: set[str]
    ties: Ties

    def read(self, parties: Sequence[str], most: int, scan: int) -> None:
        """The strongest ties of parties, at most `most` of each, among at most `scan` links of a kind."""
        if not parties:
            return
        asked = {
            "ids": list(parties),
            "ends": sorted(self.ends),
            "strengths": self._strengths,
            "scan": scan,
            "most": most,
        }
        for party, ties, scanned, shy, is_shy in self.view.read("paths/ties", **asked)[0]["found"]:
            self._keep(party, ties[:most], shy)
            if is_shy and party in self.ends:
                self.ties.shy_ends.append(party)
            self.ties.cut += len(ties) > most
            self.ties.crowded += scanned == scan

    def read_book(self, manager_id: str) -> None:
        """The ties of a manager to the customers of the book."""
        asked = {"manager_id": manager_id, "ends": sorted(self.ends), "strengths": self._strengths, "scan": BOOK}
        for manager, ties, scanned, shy, _ in self.view.read("paths/book", **asked)[0]["found"]:
            self._keep(manager, ties, shy)
            self.ties.book_cut = scanned == BOOK

    @property
    def _strengths(self) -> dict[str, list[list[int]]]:
        return self.rules.by_first_day(self.view.day)

    def _keep(self, party: str, ties: Iterable[Sequence[Any]], shy: Iterable[str]) -> None:
        self.ties.opted_out.update(shy)
        for kind, link, outgoing, other, status, since, detail, strength in ties:
            start, end = (party, other) if outgoing else (other, party)
            first, second = sorted((party, other))
            self.ties.between[first, second][link] = TieLink(strength, since, link, kind, start, end, status, detail)

    def neighbours(self, party: str) -> list[str]:
        """Whom it is tied to, the strongest first, of the same strength the latest; without the ends."""
        others = {
            (first if second == party else second): links.values()
            for (first, second), links in self.ties.between.items()
            if party in (first, second)
        }
        placed = {
            other: (-self.rules.together(link.strength for link in links), -max(link.since for link in links), other)
            for other, links in others.items()
        }
        return sorted(placed.keys() - self.ends, key=placed.__getitem__)
