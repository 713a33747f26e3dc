"""`/v1/links/{id}/decision`, `/v1/decisions`: what persons decide about links, and who approves it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.routes.asking import CONFLICT, PROBLEMS, Actor, AView, Key, Route, Whole, answer
from api.services import decide as deciding
from api.services import decision_queue as queue_service
from api.services import decisions as service
from api.services.acting import LONGEST_REASON
from api.services.decision_answer import DecisionAnswer, DecisionsAnswer

router = APIRouter(prefix="/v1", tags=["decisions"], responses=PROBLEMS, route_class=Route)

LinkId = Annotated[str, Path(description="as `link.id` of any item tells it", examples=["DEPENDS_ON-5R2RTV3CIT7RLIS5"])]
DecisionId = Annotated[str, Path(examples=["decision-0f3a5c2e9d41"])]
_VERSION = "the version that the person has seen (`link.seq_in`); where it is another by now, nothing is done"


class Proposal(BaseModel):
    """What a person decides about a link."""

    decision: str = Field(description="confirm, rebut or reopen", examples=["confirm"])
    reason: str = Field(
        description=f"up to {LONGEST_REASON:,} letters", examples=["The supply contract of 2024 says so."]
    )
    link_version: int | None = Field(default=None, description=_VERSION, examples=[17])


class Approval(BaseModel):
    """A second person's word."""

    link_version: int | None = Field(default=None, description=f"{_VERSION}; needed where shares or amounts changed")


class Withdrawal(BaseModel):
    """Why a decision is taken back."""

    reason: str = Field(examples=["The wrong company."])


@router.post(
    "/links/{link_id}/decision",
    response_model=DecisionAnswer,
    responses=CONFLICT,
    summary="Propose to confirm, rebut or reopen a link",
)
def propose(guanxi: Whole, link_id: LinkId, proposal: Proposal, user: Actor, once: Key) -> Response:
    """The decision waits for a second person. The same by the same person again changes nothing."""
    decision_id = deciding.propose(
        guanxi.store, link_id, proposal.decision, proposal.reason, user, proposal.link_version, once
    )
    return answer(service.decision(guanxi.view(), decision_id))


@router.post(
    "/decisions/{decision_id}/approval",
    response_model=DecisionAnswer,
    responses=CONFLICT,
    summary="Approve what another person decided",
)
def approve(
    guanxi: Whole, decision_id: DecisionId, user: Actor, once: Key, approval: Approval | None = None
) -> Response:
    """The decision counts from now on: the next run reads it. Nobody approves his own."""
    deciding.approve(guanxi.store, decision_id, user, approval.link_version if approval else None, once)
    return answer(service.decision(guanxi.view(), decision_id))


@router.post(
    "/decisions/{decision_id}/withdrawal",
    response_model=DecisionAnswer,
    responses=CONFLICT,
    summary="Take back a decision that does not count",
)
def withdraw(guanxi: Whole, decision_id: DecisionId, withdrawal: Withdrawal, user: Actor, once: Key) -> Response:
    """By whoever proposed it, or anybody who declines it. It is kept, with who withdrew it and why."""
    deciding.withdraw(guanxi.store, decision_id, withdrawal.reason, user, once)
    return answer(service.decision(guanxi.view(), decision_id))


@router.get("/decisions", response_model=DecisionsAnswer, summary="What persons have decided about links")
def decisions(
    view: AView,
    state: Annotated[
        str | None, Query(description="pending, counted, closed, superseded or withdrawn", examples=["pending"])
    ] = None,
    limit: Annotated[int, Query(description=f"decisions at most, up to {service.MOST}", examples=[100])] = 100,
) -> Response:
    """The latest first, each with who proposed and approved it, and when."""
    return answer(service.decisions(view, state, limit))


@router.get(
    "/decisions/queue", response_model=queue_service.QueueAnswer, summary="Flagged links that wait for a person"
)
def queue(
    guanxi: Whole,
    view: AView,
    limit: Annotated[int, Query(description=f"links at most, up to {queue_service.MOST}", examples=[50])] = 50,
) -> Response:
    """Those with the most exposure at stake first; `measure` says what that means."""
    return answer(queue_service.queue(view, guanxi.settings.archive, limit))


@router.get("/decisions/{decision_id}", response_model=DecisionAnswer, summary="One decision")
def decision(view: AView, decision_id: DecisionId) -> Response:
    """Who decided what, and what has become of it."""
    return answer(service.decision(view, decision_id))
