"""Who controls a party, and what it controls, at any remove: walked over the immediate links that the run found."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from api.services.answers import Answer, Evidence, Model, PartyRef, evidence, party_ref, stamp
from api.services.because import RULE, because
from api.services.catalogue import why_empty
from api.services.known import parties_seen
from api.services.party import missing
from api.services.possible_control import PossibleController, possible_controllers
from api.services.words import percent
from graph.errors import BadInput
from graph.store import Row, View

Direction = Literal["controllers", "controlled"]
DEFAULT, MOST = 200, 1_000
STEPS = 50


class ControlStep(Model):
    """A party on the way, with the link to the party before it."""

    party: PartyRef
    of: str = Field(description="the party id that it controls at once, or that controls it at once")
    steps: int = Field(description="1 for immediate control")
    basis: str | None
    votes: float | None = Field(description="votes of the controller and of all that it controls, a fraction")
    is_end: bool = Field(description="nobody controls it, or it controls nobody, as far as was walked")
    link: Evidence


class ControlAnswer(Answer):
    """What is certain, nearest first; who may control it as well stands under `possible`."""

    party: PartyRef
    direction: Direction
    items: list[ControlStep]
    possible: list[PossibleController] = Field(
        description="of controllers: who would control it if bands of disclosed shares and undisclosed ones were theirs"
    )
    empty: str | None = Field(description="why there are no items")


def control_walk(view: View, archive: Path, party_id: str, direction: Direction, limit: int = DEFAULT) -> ControlAnswer:
    """All that control it, or that it controls. Raises NotFound for an unknown party, BadInput for a wrong `limit`."""
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give 1 to {MOST:,}.", field="limit", value=limit)
    party = parties_seen(view, [party_id]).get(party_id)
    if party is None:
        raise missing(view, party_id)
    items, omitted = _walk(view, party_id, direction, limit)
    possible: list[PossibleController] = []
    if direction == "controllers":
        possible, told = possible_controllers(view, archive, party)
        omitted += told
    else:
        omitted.append("what it may control (bands, undisclosed shares) is told from there: `controllers` of a company")
    names = {party_id: party.called} | {one.party.party_id: one.party.called for one in items}
    return ControlAnswer(
        **stamp(view, omitted),
        because=because(view, RULE, (one.link.id for one in items), _words(items, names, direction)) if items else [],
        party=party,
        direction=direction,
        items=items,
        possible=possible,
        empty=None if items else why_empty(view, ("OWNS", "CONTROLS"), derived=True),
    )


def _walk(view: View, party_id: str, direction: Direction, limit: int) -> tuple[list[ControlStep], list[str]]:
    """Ring by ring, each party once, by the link that reaches it first."""
    found: dict[str, tuple[Row, int]] = {}
    ring, steps, cut = [party_id], 0, False
    ends = {party_id}
    while ring and steps < STEPS and not cut:
        steps += 1
        rows = view.read(f"control/{direction}", ids=ring, cap=4 * limit + 1)
        ends -= {row["of"] for row in rows}
        fresh = {row["other"]["party_id"]: row for row in reversed(rows)}
        kept = [one for one in sorted(fresh) if one not in found and one != party_id]
        cut = len(found) + len(kept) > limit or len(rows) > 4 * limit
        ring = kept[: limit - len(found)]
        found |= {one: (fresh[one], steps) for one in ring}
        ends |= set(ring)
    items = [_step(row, step, one in ends) for one, (row, step) in found.items()]
    more = f"{direction} capped at {limit:,}, the nearest first"
    return items, [more] if cut else [f"walked {STEPS} steps, not further"] if ring else []


def _step(row: Row, steps: int, is_end: bool) -> ControlStep:
    link = row["link"]
    return ControlStep(
        party=party_ref(row["other"]),
        of=row["of"],
        steps=steps,
        basis=link.get("basis"),
        votes=link.get("votes"),
        is_end=is_end,
        link=evidence(link, "CONTROLLED_BY"),
    )


def _words(items: list[ControlStep], names: dict[str, str], direction: Direction) -> str:
    told = []
    for one in items[:10]:
        upper, lower = one.party.called, names.get(one.of, one.of)
        if direction == "controlled":
            upper, lower = lower, upper
        told.append(f"{upper} controls {lower} ({percent(one.votes) if one.votes else one.basis})")
    return "; ".join(told) + (f"; and {len(items) - 10:,} more" if len(items) > 10 else "")
