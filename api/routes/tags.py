"""`/v1/parties/{id}/tags`: words that persons mark parties with."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.routes.asking import CONFLICT, PROBLEMS, REDIRECT, Actor, AView, Key, Route, Whole, answer
from api.routes.parties import PartyId
from api.services import tags as service

router = APIRouter(prefix="/v1", tags=["segments and campaigns"], responses=PROBLEMS, route_class=Route)


class TagBody(BaseModel):
    """A tag."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description=f"up to {service.LONGEST} letters", examples=["贵宾"])


@router.get(
    "/parties/{party_id}/tags", response_model=service.TagsAnswer, responses=REDIRECT, summary="The tags of a party"
)
def of_party(view: AView, party_id: PartyId) -> Response:
    """Those that are on, and those that were taken off, with who and when."""
    return answer(service.tags(view, party_id))


@router.post(
    "/parties/{party_id}/tags",
    response_model=service.TagsAnswer,
    responses={**CONFLICT, **REDIRECT},
    summary="Mark a party with a tag",
)
def add(guanxi: Whole, party_id: PartyId, asked: TagBody, user: Actor, once: Key) -> Response:
    """It stands in the 360 at once; a party that has the tag already stays as it is."""
    kept = service.add_tag(guanxi.view(), party_id, asked.text, user, once)
    return answer(service.tags(guanxi.view(), kept))


@router.post(
    "/parties/{party_id}/tags/removal",
    response_model=service.TagsAnswer,
    responses={**CONFLICT, **REDIRECT},
    summary="Take a tag off a party",
)
def remove(guanxi: Whole, party_id: PartyId, asked: TagBody, user: Actor, once: Key) -> Response:
    """It stays under `earlier`. A tag that a source gives is taken off there."""
    kept = service.remove_tag(guanxi.view(), party_id, asked.text, user, once)
    return answer(service.tags(guanxi.view(), kept))
