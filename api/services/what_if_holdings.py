"""Holdings as a what-if reads them: what a link says of votes and capital, and which of several sources counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from algorithms.threshold import PPB, UNKNOWN

Figures = Mapping[str, int]
"""votes, low, high, share: a stake as a run reads it, parts per billion or UNKNOWN."""


def figures_of(link: Mapping[str, Any]) -> dict[str, int]:
    """What a link says: votes, else its share, else a band; and the share of the capital."""
    share, votes, low, high = (
        UNKNOWN if link.get(name) is None else round(link[name] * PPB)
        for name in ("share", "votes", "share_min", "share_max")
    )
    votes = share if votes == UNKNOWN else votes
    return whole(votes, share) if votes != UNKNOWN else {"votes": votes, "low": low, "high": high, "share": share}


def whole(votes: int, share: int) -> dict[str, int]:
    """A stake whose votes are known exactly."""
    return {"votes": votes, "low": votes, "high": votes, "share": share}


@dataclass(frozen=True)
class Holding:
    """A holding as a source tells it."""

    link: str
    source: str
    figures: Figures


@dataclass(frozen=True)
class _Done:
    """A change of one link. place: in the question. before: as it was, None for one that did not stand."""

    place: int
    link: str
    source: str
    before: Holding | None


@dataclass
class PairHoldings:
    """The confirmed holdings of one pair that several sources tell, by link; the first source in order counts."""

    order: Mapping[str, int]
    now: dict[str, Holding]
    done: list[_Done] = field(default_factory=list)
    first: str = field(init=False)
    """The source that counted before any change."""

    def __post_init__(self) -> None:
        self.first = self._first(self.now)

    def counts(self, link: str) -> bool:
        """Whether a link is among those that count now."""
        return any(one.link == link for one in self.counted())

    def set(self, place: int, link: str, source: str, figures: Figures | None) -> None:
        """State a link anew, or take it away (None)."""
        self.done.append(_Done(place, link, source, self.now.pop(link, None)))
        if figures is not None:
            self.now[link] = Holding(link, source, figures)

    def counted(self) -> list[Holding]:
        """The holdings that count now, in the order of their links."""
        return self._counted(self.now)

    def idle(self) -> Iterator[tuple[int, str]]:
        """Changes that make no difference, since another source counts: (place, why)."""
        counted = self.counted()
        for one in self.done:
            before = {one.link: one.before} if one.before else {}
            undone = {link: held for link, held in self.now.items() if link != one.link} | before
            if counted and not self.counts(one.link) and self._counted(undone) == counted:
                first = counted[0]
                yield (
                    one.place,
                    f"{one.link} of {called(one.source)} does not count: of several sources that tell one holding the "
                    f"first in their order does, and that is {called(first.source)} with {first.link}",
                )

    def note(self) -> str:
        """What is to be said where another source counts now; empty where the same one does."""
        counted = self.counted()
        if not counted or counted[0].source == self.first:
            return ""
        links = ", ".join(one.link for one in counted)
        return f"in place of what {called(self.first)} tells, {links} of {called(counted[0].source)} counts"

    def _counted(self, held: Mapping[str, Holding]) -> list[Holding]:
        first = self._first(held)
        return sorted((one for one in held.values() if one.source == first), key=lambda one: one.link)

    def _first(self, held: Mapping[str, Holding]) -> str:
        return min((one.source for one in held.values()), key=lambda source: (self.order[source], source), default="")


def called(source: str) -> str:
    """What to call a source."""
    return source or "a source without a name"
