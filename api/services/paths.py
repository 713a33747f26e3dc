"""Warm paths: the strongest routes from one party to another over people who may be asked, each tie with evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from pydantic import Field

from algorithms.threshold import PPB
from algorithms.warm_paths import PathRule, WarmPath, warm_paths
from api.services.answers import Answer, Because, Model, PartyRef, stamp
from api.services.known import parties_seen
from api.services.party import missing
from api.services.ties import TieRules, tie_rules
from api.services.words import sentence
from graph.errors import BadInput
from graph.store import View

DEFAULT, MOST = 3, 10
MOST_TIES = 4
CANDIDATES = 200
"""Parties whose ties are read."""
PER_PARTY, SCAN = 100, 1_000


class Tie(Model):
    """One step of a route."""

    from_party: PartyRef
    to_party: PartyRef
    strength: str = Field(description="0 to 1, nine digits")
    links: list[str]
    reasons: list[str] = Field(description="the links in words, each with why it counts")


class Path(Model):
    """A route: its strength is the product over its ties."""

    strength: str = Field(description="0 to 1, nine digits, rounded down")
    ties: list[Tie]


class PathsAnswer(Answer):
    """The strongest routes first; those of the same strength by fewer ties, then by id."""

    from_party: PartyRef
    to_party: PartyRef
    paths: list[Path]
    empty: str | None = Field(description="why there are none")


def paths(view: View, start: str, end: str, most: int = DEFAULT) -> PathsAnswer:
    """At most `most` routes of at most four ties among at most 200 candidates; caps are told in `omitted`.

    Whoever the asker does not see is on no route. Raises NotFound, JoinedAway, BadInput for a party with itself.
    """
    if not 1 <= most <= MOST:
        raise BadInput(f"max is {most}; give 1 to {MOST}.", field="max", value=most)
    if start == end:
        raise BadInput(f"from and to are both {start}; a path goes to another party.", field="to", value=end)
    ends = parties_seen(view, [start, end])
    for one in (start, end):
        if one not in ends:
            raise missing(view, one)
    search = _Search(view, tie_rules(), view.day)
    search.spread(start, end)
    ids = sorted({party for pair in search.between for party in pair} | {start, end})
    place = {party: number for number, party in enumerate(ids)}
    pairs = sorted(search.between)
    strengths = [search.strength(pair) for pair in pairs]
    ties = ([place[a] for a, _ in pairs], [place[b] for _, b in pairs], strengths)
    first, second, strength = (np.asarray(column, dtype=np.int64) for column in ties)
    found = warm_paths(first, second, strength, place[start], place[end], len(ids), PathRule(MOST_TIES, most))
    omitted = [*search.omitted, *(["the search ended at its cap: there may be more routes"] if found.capped else [])]
    names = parties_seen(view, {ids[party] for path in found.paths for party in path.parties})
    told = [_path(path, ids, search, names) for path in found.paths]
    links = [link for path in told for tie in path.ties for link in tie.links]
    return PathsAnswer(
        **stamp(view, omitted),
        because=[Because(rule="paths.ties", links=list(dict.fromkeys(links)), text=_RULE)] if told else [],
        from_party=ends[start],
        to_party=ends[end],
        paths=told,
        empty=None if told else f"no route of at most {MOST_TIES} ties was found",
    )


_RULE = (
    "a tie's strength is that of its kind times a factor for how long ago it began, raised where the two have several; "
    "a route's is the product over its ties"
)
Link = tuple[str, str, bool, str, str, int, str | None]
"""kind, id, outgoing from the first of the pair, other, status, first day, detail."""


@dataclass
class _Search:
    """Ties read so far, by pairs of parties (the lower id first)."""

    view: View
    rules: TieRules
    day: int
    between: dict[tuple[str, str], dict[str, Link]] = field(default_factory=lambda: defaultdict(dict))
    omitted: list[str] = field(default_factory=list)
    _read: set[str] = field(default_factory=set)

    def spread(self, start: str, end: str) -> None:
        """From both ends in turn, two steps each: so every route of four ties is seen, up to the cap."""
        rings = [{start}, {end}]
        for _ in range(MOST_TIES // 2):
            rings = [self._ring(ring) for ring in rings]

    def _ring(self, ring: set[str]) -> set[str]:
        wanted = sorted(ring - self._read)
        room = CANDIDATES - len(self._read)
        if len(wanted) > room:
            self.omitted.append(f"ties of {room} of {len(wanted):,} parties read: candidates capped at {CANDIDATES}")
            wanted = wanted[:room]
        self._read |= set(wanted)
        if not wanted:
            return set()
        kinds = list(self.rules.kinds)
        rows = self.view.read("paths/ties", ids=wanted, kinds=kinds, scan=SCAN, most=PER_PARTY)
        return {other for party, ties, scanned in rows[0]["found"] for other in self._keep(party, ties, scanned)}

    def _keep(self, party: str, ties: list[Any], scanned: int) -> set[str]:
        if len(ties) == PER_PARTY or scanned == SCAN:
            self.omitted.append(f"ties of {party} capped at {PER_PARTY}; more may exist")
        for kind, link, outgoing, other, status, since, detail in ties:
            first, second = sorted((party, other))
            told: Link = (kind, link, outgoing == (party == first), other, status, since, detail)
            self.between[first, second][link] = told
        return {tie[3] for tie in ties}

    def strength(self, pair: tuple[str, str]) -> int:
        """Of all ties of a pair, parts per billion."""
        ties = self.between[pair].values()
        return self.rules.together(
            self.rules.strength(kind, None if since < 0 else self.day - since) for kind, *_, since, _ in ties
        )

    def tie(self, one: str, other: str, names: Mapping[str, PartyRef]) -> Tie:
        """The tie of two parties as told."""
        first, second = sorted((one, other))
        links = sorted(self.between[first, second].values())
        return Tie(
            from_party=names[one],
            to_party=names[other],
            strength=_told(self.strength((first, second)), 1),
            links=[link[1] for link in links],
            reasons=[self._reason(link, names[first].called, names[second].called) for link in links],
        )

    def _reason(self, link: Link, first: str, second: str) -> str:
        kind, _, outgoing, _, status, _, detail = link
        ends = (first, second) if outgoing else (second, first)
        told = sentence(kind, {"status": status, "relation": detail, "post": detail}, *ends)
        return f"{told}: {self.rules.kinds[kind].because}"  # type: ignore[index]


def _path(path: WarmPath, ids: list[str], search: _Search, names: Mapping[str, PartyRef]) -> Path:
    parties = [ids[party] for party in path.parties]
    ties = [search.tie(one, other, names) for one, other in pairwise(parties)]
    return Path(strength=_told(path.strength, len(ties)), ties=ties)


def _told(strength: int, ties: int) -> str:
    """A strength over 10^(9 x ties) with nine digits, rounded down."""
    shown = strength // PPB ** (ties - 1)
    return f"{shown // PPB}.{shown % PPB:09d}"
