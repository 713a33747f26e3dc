"""From when to when each link of a customer to its managers holds once the customer has been handed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph import times

MAIN, ASSISTING = ROLES = ("main", "assisting")
Row = Mapping[str, Any]
Period = tuple[int, int]
"""First day, and the first day after it, since 1970."""


@dataclass(frozen=True)
class Periods:
    """ending: links, and the day from which each holds no more. opening: role and period of the taker's new links."""

    ending: list[tuple[Row, int]] = field(default_factory=list)
    opening: list[tuple[str | None, Period]] = field(default_factory=list)


def taken_over(links: Sequence[Row], given: Sequence[Row], taker: str, role: str, day: int) -> Periods:
    """What ends and what begins on or after a day for one customer.

    links: all links to managers (`manager_id`, `role`, `valid_from`, `valid_to`) that hold on the day or later. given:
    those of them that the giver hands over; none where the customer is assigned, as `role` from the day on. The taker
    has every role when the giver would have had it, and what was the taker's already; who has the main role does not
    assist meanwhile.
    """
    asked = [(link["role"], (max(day, link["valid_from"]), link["valid_to"])) for link in given]
    asked = asked or [(role, (day, times.UNTIL_FURTHER))]
    own = [link for link in links if link["manager_id"] == taker]
    main = [_period(link) for link in own if link["role"] == MAIN] + [period for one, period in asked if one == MAIN]
    found = Periods([(link, day) for link in given])
    held: dict[str | None, list[Period]] = {ASSISTING: list(main)}
    for link in own:
        held.setdefault(link["role"], []).append(_period(link))
    for one, period in asked:
        found.opening.extend((one, part) for part in without(period, held.get(one, ())))
        held.setdefault(one, []).append(period)
    if any(one == MAIN for one, _ in asked):
        for link in own:
            if link["role"] == ASSISTING:
                _shorten(found, link, main)
    return found


def _shorten(found: Periods, link: Row, main: Sequence[Period]) -> None:
    """End a link where the main role begins, and open what is left of it after that."""
    left = without(_period(link), main)
    if left == [_period(link)]:
        return
    first = link["valid_from"]
    kept = [part for part in left if part[0] == first]
    found.ending.append((link, kept[0][1] if kept else first))
    found.opening.extend((ASSISTING, part) for part in left if part[0] != first)


def without(period: Period, others: Iterable[Period]) -> list[Period]:
    """The parts of a period that none of the others covers."""
    parts = []
    at, end = period
    for first, last in sorted(others):
        if first >= end:
            break
        if first > at:
            parts.append((at, first))
        at = max(at, last)
    if at < end:
        parts.append((at, end))
    return parts


def _period(link: Row) -> Period:
    return link["valid_from"], link["valid_to"]
