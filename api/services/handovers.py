"""What handovers have done, who is left over, and what they were made for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field

from api.services.answers import Answer, Model, PartyRef, day, many, moment, party_ref, stamp
from api.services.known import parties_seen
from api.services.managers import ManagerRef, find_manager, manager_ref
from graph.errors import BadInput, NotFound
from graph.store import View

MOST_LISTED = 500
"""Customers told of a handover."""
DEFAULT, MOST = 50, 500
Row = Mapping[str, Any]


class HandoverTold(Model):
    """One handover, as kept."""

    handover_id: str
    giver: ManagerRef | None = Field(description="who looked after them; null for customers who had no manager")
    taker: ManagerRef = Field(description="who looks after them from `on`")
    on: date = Field(description="the first day")
    role: str | None = Field(description="main or assisting, where customers had no manager; otherwise roles stayed")
    whole_book: bool
    customers: int
    reason: str
    user: str
    at: str
    seq: int = Field(description="number of this write: the links that it closed and opened carry it")


class LeftOver(Model):
    """Customers who are still with the giver on the first day."""

    total: int
    parties: list[PartyRef]


class HandoverAnswer(Answer):
    """A handover with its customers and those left over."""

    handover: HandoverTold
    customers: list[PartyRef]
    left_over: LeftOver | None = Field(
        description="still with the giver on the first day, as known now; null where there is no giver"
    )


class HandoversAnswer(Answer):
    """Handovers, the latest first."""

    handovers: list[HandoverTold]


def handover(view: View, handover_id: str) -> HandoverAnswer:
    """One handover. Raises NotFound for an unknown id."""
    rows = view.read("handovers/one", handover_id=handover_id)
    if not rows:
        raise NotFound(f"There is no handover {handover_id[:80]!r}.", field="handover_id", value=handover_id[:80])
    kept = rows[0]["handover"]
    listed = sorted(kept["party_ids"])[:MOST_LISTED]
    seen = parties_seen(view, listed)
    omitted = []
    if len(kept["party_ids"]) > MOST_LISTED:
        omitted.append(f"customers capped at {MOST_LISTED} of {len(kept['party_ids']):,}")
    if hidden := len(listed) - len(seen):
        omitted.append(f"{many(hidden, 'party')} outside your scope")
    left = _left_over(view, kept) if kept["from_id"] else None
    if left and left.total > len(left.parties):
        omitted.append(f"customers left over capped at {MOST_LISTED} of {left.total:,}")
    return HandoverAnswer(
        **stamp(view, omitted),
        handover=_told(rows[0]),
        customers=[seen[party_id] for party_id in listed if party_id in seen],
        left_over=left,
    )


def handovers(view: View, manager: str | None = None, limit: int = DEFAULT) -> HandoversAnswer:
    """Handovers from or to a manager, or all. Raises NotFound for an unknown manager, BadInput for a limit that is not
    told."""
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give 1 to {MOST}.", field="limit", value=limit)
    manager_id = find_manager(view, manager, "manager").manager_id if manager else ""
    rows = view.read("handovers/several", manager_id=manager_id, most=limit + 1)
    omitted = [f"handovers capped at {limit}; there are more"] if len(rows) > limit else []
    return HandoversAnswer(**stamp(view, omitted), handovers=[_told(row) for row in rows[:limit]])


def _left_over(view: View, kept: Row) -> LeftOver:
    asked = {"manager_id": kept["from_id"], "day": kept["day"], "most": MOST_LISTED}
    row = view.read("handovers/left_over", **asked)[0]
    return LeftOver(total=row["total"], parties=[party_ref(one) for one in row["parties"]])


def _told(row: Row) -> HandoverTold:
    kept = row["handover"]
    on = day(kept["day"])
    assert on
    return HandoverTold(
        handover_id=kept["handover_id"],
        giver=_manager(row["giver"], kept["from_id"]) if kept["from_id"] else None,
        taker=_manager(row["taker"], kept["to_id"]),
        on=on,
        role=kept.get("role"),
        whole_book=kept["whole_book"],
        customers=len(kept["party_ids"]),
        reason=kept["reason"],
        user=kept["user"],
        at=moment(kept["at"]) or "",
        seq=kept["seq"],
    )


def _manager(node: Row | None, manager_id: str) -> ManagerRef:
    return manager_ref(node) if node else ManagerRef(manager_id=manager_id)
