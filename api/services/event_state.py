"""What becomes of a request or risk event: done, cancelled, or open again; who said so and when is kept."""

from __future__ import annotations

import json

from api.services.acting import acting_user, reason_given
from api.services.decision_kept import is_same_person
from api.services.event import NO_EVENT, STATES, WITH_STATE
from graph import times
from graph.errors import BadInput, NotFound
from graph.once import DoneBefore, Once, answered_again, write_once
from graph.store import Tx, View


@answered_again
def change_state(
    view: View, event_id: str, state: str, reason: str | None, user: str | None, once: Once | None = None
) -> str:
    """Set the state of an event. Returns its id. reason: may be left out where it is done.

    Raises NotFound for an event that is unknown or not to be seen, BadInput for an unknown state, one that it has
    already, a kind of event that has none, and a missing reason.
    """
    who = acting_user(user)
    if state not in STATES:
        raise BadInput(f"state is {state[:50]!r}; give {', '.join(STATES)}.", field="state", value=state[:50])
    needs = state != "done" or bool((reason or "").strip())
    why = reason_given(reason or "", f"To make an event {state}") if needs else None
    rows = view.read("events/one", event_id=event_id)
    if not rows or not rows[0]["parties"]:
        raise NotFound(NO_EVENT.format(event_id[:80]), field="event_id", value=event_id[:80])
    kind = rows[0]["event"].get("event_kind")
    if kind not in WITH_STATE:
        raise BadInput(
            f"An event of kind {kind} has no state; {' and '.join(WITH_STATE)} have.", field="state", value=state
        )

    def work(tx: Tx) -> str:
        (now,) = tx.run("events/state", event_id=event_id)
        if (now["state"] or STATES[0]) == state:
            if is_same_person(now["by"] or "", who) and now["reason"] == why:
                raise DoneBefore(event_id)
            by = f", set by {now['by']}" if now["by"] else ""
            raise BadInput(f"{event_id} is {state} already{by}.", field="state", value=state)
        before = {"state": now["state"], "state_by": now["by"], "state_at": now["at"], "state_reason": now["reason"]}
        after = {"state": state, "state_by": who, "state_at": times.now_ms(), "state_reason": why}
        old = json.dumps(before, ensure_ascii=False, sort_keys=True)
        row = {"key": event_id, "values": after, "old": old, "labels": None, "old_labels": None}
        tx.rows("write/set_attributes[Event]", [row])
        return event_id

    return write_once(view.store, who, work, f"{state} {event_id}"[:200], once)
