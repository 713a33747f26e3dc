"""`/v1/parties/{id}/events`, `/v1/events/{id}`, `/v1/events/{id}/state`: what happened with a customer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.routes.asking import CONFLICT, PROBLEMS, REDIRECT, Actor, AView, Key, Route, Whole, answer
from api.routes.parties import PartyId
from api.services import event as writing
from api.services import event_state
from api.services import events as service
from api.services.managers import MEANT_BY

router = APIRouter(prefix="/v1", tags=["events"], responses=PROBLEMS, route_class=Route)


class EventBody(BaseModel):
    """What happened, and when."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(description=", ".join(writing.KINDS), examples=["interaction"])
    at: str | None = Field(
        default=None,
        description="ISO 8601, required; without an offset in the bank's time zone",
        examples=["2025-06-30T14:30"],
    )
    title: str = Field(description=f"up to {writing.LONGEST['title']} letters", examples=["上门拜访"])
    text: str | None = Field(default=None, description="the note")
    channel: str | None = Field(default=None, examples=["visit"])
    severity: str | None = Field(default=None, description=f"of a risk event: {', '.join(writing.SEVERITIES)}")
    due_at: str | None = Field(
        default=None,
        description="of a service request: a moment, or a day, which means its end",
        examples=["2025-07-04"],
    )
    state: str | None = Field(
        default=None, description=f"of a service request or risk event: {', '.join(writing.STATES)}; open by default"
    )
    manager: str | None = Field(default=None, description=f"who took part: {MEANT_BY}", examples=["S00001"])


@router.post(
    "/parties/{party_id}/events",
    response_model=service.EventAnswer,
    responses={**CONFLICT, **REDIRECT},
    summary="Write down what happened with a party",
)
def record(guanxi: Whole, party_id: PartyId, asked: EventBody, user: Actor, once: Key) -> Response:
    """An interaction, a service request with its due time, a risk event or a signing: on the timeline at once."""
    event_id = writing.record_event(guanxi.view(), party_id, writing.EventAsked(**asked.model_dump()), user, once)
    return answer(service.event(guanxi.view(), event_id))


class StateBody(BaseModel):
    """What has become of a request or risk event."""

    model_config = ConfigDict(extra="forbid")

    state: str = Field(description=", ".join(writing.STATES), examples=["done"])
    reason: str | None = Field(default=None, description="may be left out where it is done", examples=["已回访"])


EventId = Annotated[str, Path(examples=["manual:event:0f3a5c2e9d41"])]


@router.post(
    "/events/{event_id:path}/state",
    response_model=service.EventAnswer,
    responses=CONFLICT,
    summary="Say what has become of a request or risk event",
)
def change_state(guanxi: Whole, event_id: EventId, asked: StateBody, user: Actor, once: Key) -> Response:
    """Done, cancelled, or open again: all states are kept, and what is not open is not due any more."""
    event_state.change_state(guanxi.view(), event_id, asked.state, asked.reason, user, once)
    return answer(service.event(guanxi.view(), event_id))


@router.get("/events/{event_id:path}", response_model=service.EventAnswer, summary="One event")
def event(view: AView, event_id: EventId) -> Response:
    """What happened, and who took part."""
    return answer(service.event(view, event_id))
