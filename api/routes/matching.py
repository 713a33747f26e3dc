"""`/v1/parties/{id}/duplicates`: parties that may be one."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.routes.asking import CONFLICT, PROBLEMS, REDIRECT, Actor, AView, Key, Route, Whole, answer
from api.routes.parties import PartyId
from api.services import match_propose as service
from api.services.acting import LONGEST_REASON
from api.services.decision_answer import DecisionAnswer
from api.services.decisions import decision

router = APIRouter(prefix="/v1", tags=["parties"], responses=PROBLEMS, route_class=Route)


class SameBody(BaseModel):
    """Which other party is the same, and why."""

    model_config = ConfigDict(extra="forbid")

    other: str = Field(description="the other party's id", examples=["P-2JNRHIXBGW5XVNW2"])
    reason: str = Field(description=f"up to {LONGEST_REASON:,} letters", examples=["Both passports were shown."])


@router.get(
    "/parties/{party_id}/duplicates",
    response_model=service.DuplicatesAnswer,
    responses=REDIRECT,
    summary="Parties that may be the same as one",
)
def duplicates(view: AView, party_id: PartyId) -> Response:
    """Those in doubt with the match field by field, and what was joined with it beyond its identifiers."""
    return answer(service.duplicates(view, party_id))


@router.post(
    "/parties/{party_id}/duplicates",
    response_model=DecisionAnswer,
    responses={**CONFLICT, **REDIRECT},
    summary="Propose that two parties are one",
)
def propose(guanxi: Whole, party_id: PartyId, asked: SameBody, user: Actor, once: Key) -> Response:
    """The decision waits for a second person; approved, the next matching joins the two."""
    decision_id = service.propose_same(guanxi.view(), party_id, asked.other, asked.reason, user, once)
    return answer(decision(guanxi.view(), decision_id))
