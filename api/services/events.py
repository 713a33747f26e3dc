"""One event: what happened, and who took part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from api.services.answers import Answer, Model, PartyRef, moment, party_ref, stamp
from api.services.event import NO_EVENT, WITH_STATE
from api.services.managers import ManagerRef, manager_ref
from api.services.party_business import EventItem
from api.services.party_items import event as event_item
from graph.errors import NotFound
from graph.store import View


class EventState(Model):
    """A state that an event had or has."""

    state: str | None
    by: str | None = Field(description="who set it; null for the state that it was recorded with")
    at: str | None = Field(description="when, ISO 8601 in UTC")
    reason: str | None


class EventAnswer(Answer):
    """An event with the customers and managers who took part."""

    event: EventItem
    parties: list[PartyRef] = Field(description="customers who took part, as far as you may see them")
    managers: list[ManagerRef]
    states: list[EventState] = Field(
        description="of a request or risk event: all that it has had, the present one last"
    )


def event(view: View, event_id: str) -> EventAnswer:
    """One event. Raises NotFound for an unknown one, and where none of its parties may be seen."""
    rows = view.read("events/one", event_id=event_id)
    if not rows or not rows[0]["parties"]:
        raise NotFound(NO_EVENT.format(event_id[:80]), field="event_id", value=event_id[:80])
    row = rows[0]
    return EventAnswer(
        **stamp(view),
        event=event_item({"other": row["event"], "link": row["parties"][0]["link"], "type": row["parties"][0]["type"]}),
        parties=[party_ref(part["other"]) for part in row["parties"]],
        managers=[manager_ref(manager) for manager in row["managers"]],
        states=_states(view, row["event"]) if row["event"].get("event_kind") in WITH_STATE else [],
    )


def _states(view: View, now: Mapping[str, Any]) -> list[EventState]:
    earlier = (json.loads(row["values"]) for row in view.read("events/earlier", event_id=now["event_id"]))
    return [
        EventState(
            state=told.get("state"),
            by=told.get("state_by"),
            at=moment(told.get("state_at")),
            reason=told.get("state_reason"),
        )
        for told in (*(values for values in earlier if "state" in values), now)
    ]
