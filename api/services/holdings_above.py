"""The holdings through which persons have a part of a company: the evidence of ownership, ring by ring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.store import View

RINGS, MOST = 8, 500


@dataclass(frozen=True)
class HoldingsAbove:
    """links: ids, those of the company itself first. omitted: where the caps cut."""

    links: list[str]
    omitted: list[str]


def holdings_above(view: View, company: str, persons: Iterable[str]) -> HoldingsAbove:
    """The confirmed holdings on ways from the company up to these persons, at most `MOST` in `RINGS` rings."""
    wanted = set(persons)
    found: dict[str, tuple[str, str]] = {}
    seen, ring, cut = {company}, [company], False
    for _ in range(RINGS):
        if not ring or not wanted:
            break
        rows = view.read("control/holders", ids=ring, cap=MOST - len(found) + 1)
        cut = cut or len(found) + len(rows) > MOST
        found |= {row["link"]: (row["held"], row["holder"]) for row in rows[: MOST - len(found)]}
        ring = sorted({row["holder"] for row in rows} - seen)
        seen.update(ring)
    told = f"links of holdings capped at {MOST}, {RINGS} companies away"
    return HoldingsAbove(_leading_to(found, wanted), [told] if cut or (ring and wanted) else [])


def _leading_to(found: dict[str, tuple[str, str]], wanted: set[str]) -> list[str]:
    """The links from which some of the wanted can be reached upwards, in the order in which they were found."""
    reached, before = set(wanted), 0
    while len(reached) > before:
        before = len(reached)
        reached |= {held for held, holder in found.values() if holder in reached}
    return [link for link, (_, holder) in found.items() if holder in reached]
