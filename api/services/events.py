"""One event: what happened, and who took part."""

from __future__ import annotations

from pydantic import Field

from api.services.answers import Answer, PartyRef, party_ref, stamp
from api.services.managers import ManagerRef, manager_ref
from api.services.party_answer import EventItem
from api.services.party_items import event as event_item
from graph.errors import NotFound
from graph.store import View


class EventAnswer(Answer):
    """An event with the customers and managers who took part."""

    event: EventItem
    parties: list[PartyRef] = Field(description="customers who took part, as far as you may see them")
    managers: list[ManagerRef]


def event(view: View, event_id: str) -> EventAnswer:
    """One event. Raises NotFound for an unknown one, and where none of its parties may be seen."""
    rows = view.read("events/one", event_id=event_id)
    if not rows or not rows[0]["parties"]:
        raise NotFound(f"There is no event {event_id[:80]!r}.", field="event_id", value=event_id[:80])
    row = rows[0]
    return EventAnswer(
        **stamp(view),
        event=event_item({"other": row["event"], "link": row["parties"][0]["link"], "type": row["parties"][0]["type"]}),
        parties=[party_ref(part["other"]) for part in row["parties"]],
        managers=[manager_ref(manager) for manager in row["managers"]],
    )
