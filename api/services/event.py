"""What happened with a customer, written down by a person: interactions, service requests, risk events, signings."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.services.acting import acting_user
from api.services.known import known
from api.services.managers import find_manager
from api.services.party import missing
from graph import ids, model, times
from graph.errors import BadInput
from graph.once import Once, answered_again, write_once
from graph.store import Tx, View

KINDS = ("interaction", "service_request", "risk", "signing")
SEVERITIES = ("low", "medium", "high")
STATES = ("open", "done", "cancelled")
WITH_STATE = ("service_request", "risk")
"""Kinds of events that have a state; the others have happened, and that is all."""
NO_EVENT = "There is no event {!r}; the section `events` of a customer's 360 tells the ids of its own."
SOURCE = model.MANUAL
LONGEST = {"title": 200, "text": 4_000, "channel": 50}


@dataclass(frozen=True)
class EventAsked:
    """at, due_at: ISO 8601; without an offset in the bank's time zone. due_at may be a day: its end.

    manager: who took part, by id, staff number or name. state: of requests and risk events, open unless told.
    """

    kind: str
    at: str | None
    title: str
    text: str | None = None
    channel: str | None = None
    severity: str | None = None
    due_at: str | None = None
    state: str | None = None
    manager: str | None = None


@answered_again
def record_event(view: View, party_id: str, asked: EventAsked, user: str | None, once: Once | None = None) -> str:
    """Write an event down, at once on the party's timeline. Returns its id.

    Raises NotFound and JoinedAway for the party, NotFound for an unknown manager, BadInput naming the field for what
    cannot be: no time, a time to come, an unknown kind, a due time of what is no request.
    """
    who = acting_user(user)
    zone = view.store.zone
    properties = _properties(asked, zone)
    if not known(view, [party_id]):
        raise missing(view, party_id)
    manager = find_manager(view, asked.manager, "manager").manager_id if asked.manager else None
    records = view.read("resolve/told_apart", ids=[party_id])
    party_key = records[0]["source_keys"][0] if records else party_id
    event_id = ids.source_key(SOURCE, "event", secrets.token_hex(6))
    day = times.day_of(properties["at"], zone)

    def work(tx: Tx) -> str:
        tx.run("write/make_nodes[Event]", rows=[{"key": event_id, "properties": properties}])
        link = _involved(party_id, party_key, event_id, "customer", day)
        tx.rows("write/create_links[INVOLVED_IN:Party:Event]", [link])
        if manager:
            handler = _involved(manager, manager, event_id, "handler", day)
            tx.rows("write/create_links[INVOLVED_IN:RelationshipManager:Event]", [handler])
        return event_id

    return write_once(view.store, who, work, f"{asked.kind} of {party_id}", once)


def _properties(asked: EventAsked, zone: str) -> dict[str, Any]:
    if asked.kind not in KINDS:
        raise BadInput(f"kind is {asked.kind[:50]!r}; give {', '.join(KINDS)}.", field="kind", value=asked.kind[:50])
    at = _happened_at(asked.at, zone)
    told = {name: _text(name, getattr(asked, name)) for name in LONGEST}
    if not told["title"]:
        raise BadInput("An event needs a title: say in a few words what happened.", field="title")
    properties = {
        "source": SOURCE,
        "data_day": times.to_day(times.today(zone)),
        "event_kind": asked.kind,
        "at": at,
        "due_at": _due_at(asked, at, zone),
        "severity": _one_of(asked, "severity", SEVERITIES, ("risk",)),
        "state": _one_of(asked, "state", STATES, WITH_STATE),
        **told,
    }
    if asked.kind in WITH_STATE:
        properties["state"] = properties["state"] or STATES[0]
    return {name: value for name, value in properties.items() if value is not None}


def _happened_at(text: str | None, zone: str) -> int:
    if not text:
        raise BadInput("An event needs its time: give `at`, such as 2025-06-30T14:30.", field="at")
    at = _moment(text, "at", zone)
    if at is None:
        raise BadInput(f"at is {text!r}, a day without a time; write it such as {text}T14:30.", field="at", value=text)
    if at > times.now_ms():
        raise BadInput(
            f"at is {text!r}, which is still to come; an event has happened. What is to be done by a time is a service "
            "request with `due_at`.",
            field="at",
            value=text,
        )
    return at


def _due_at(asked: EventAsked, at: int, zone: str) -> int | None:
    if not asked.due_at:
        return None
    if asked.kind != "service_request":
        raise BadInput(
            f"due_at is of service requests; leave it out of kind {asked.kind}.",
            field="due_at",
            value=asked.due_at[:50],
        )
    due = _moment(asked.due_at, "due_at", zone)
    if due is None:
        due = times.end_of_day_ms(date.fromisoformat(asked.due_at), zone)
    if due < at:
        raise BadInput(
            f"due_at is {asked.due_at!r}, before the request itself ({asked.at}).", field="due_at", value=asked.due_at
        )
    return due


def _moment(text: str, field: str, zone: str) -> int | None:
    """UTC milliseconds; None for a day without a time. Raises BadInput for what is neither."""
    try:
        if len(text) <= len("2025-06-30"):
            date.fromisoformat(text)
            return None
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        told = f"{field} is {text[:50]!r}; write it such as 2025-06-30T14:30 or 2025-06-30T06:30:00Z."
        raise BadInput(told, field=field, value=text[:50]) from None


def _text(name: str, value: str | None) -> str | None:
    text = (value or "").strip()
    if len(text) > LONGEST[name]:
        raise BadInput(f"{name} has {len(text):,} letters; give at most {LONGEST[name]:,}.", field=name)
    return text or None


def _one_of(asked: EventAsked, name: str, allowed: tuple[str, ...], kinds: tuple[str, ...]) -> str | None:
    value = getattr(asked, name)
    if value is None:
        return None
    if asked.kind not in kinds:
        of = " and ".join(kinds)
        raise BadInput(f"{name} is of {of}; leave it out of kind {asked.kind}.", field=name, value=value[:50])
    if value not in allowed:
        raise BadInput(f"{name} is {value[:50]!r}; give {', '.join(allowed)}.", field=name, value=value[:50])
    return str(value)


def _involved(start: str, start_key: str, event_id: str, role: str, day: int) -> Mapping[str, Any]:
    properties = {
        "id": ids.link_id("INVOLVED_IN", start_key, event_id, event_id, role),
        "valid_from": day,
        "valid_to": times.UNTIL_FURTHER,
        "status": "confirmed",
        "source": SOURCE,
        "row_key": event_id.removeprefix(f"{SOURCE}:"),
        "from_key": start_key,
        "to_key": event_id,
        "data_day": day,
        "flags": [],
        "role": role,
    }
    return {"from": start, "to": event_id, "properties": properties}
